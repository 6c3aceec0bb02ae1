import { signPdf, validatePdf } from '@axis/pades';
import { CertificateAuthority, Name } from '@axis/pki';
import { draftPdf } from './draft-pdf';

test('copies of a draft are as large as asked, equally large, and all different', async () => {
  const draft = await draftPdf(100 * 1024, 2);
  const copies = [1, 2, 2_000_000_000].map((serial) => draft.copy(serial));
  for (const copy of copies) {
    expect(copy).toHaveLength(draft.size);
    expect(Math.abs(copy.length - 100 * 1024)).toBeLessThan(1024);
  }
  expect(new Set(copies.map((copy) => copy.toString('latin1'))).size).toBe(3);
  expect(copies[2]?.includes('(So 2000000000) Tj')).toBe(true);
});

test('a copy can be signed, and its signature holds', async () => {
  const signer = CertificateAuthority.createRoot(Name.of([['CN', 'CA']])).issueSigner(Name.of([['CN', 'Người ký']]));
  const copy = (await draftPdf(0, 200)).copy(7);
  const signed = await signPdf(copy, { key: signer.signingKey(), signingTime: new Date() });
  const report = await validatePdf(signed, { trust: 'none' });
  expect(report.status).toBe('validated');
  expect(report.signatures.map(({ indication }) => indication)).not.toContain('TOTAL-FAILED');
});

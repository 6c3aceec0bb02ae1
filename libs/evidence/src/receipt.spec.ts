import { CertificateAuthority, Name } from '@axis/pki';
import { signReceipt, verifyReceipt } from './receipt';
import type { Evidence } from './evidence';

const authority = CertificateAuthority.createRoot(Name.of([['CN', 'Sample root']]));
const key = authority.issueSigner(Name.of([['CN', 'Sample axis']])).signingKey();
const evidence: Evidence = {
  version: 1,
  id: '01980000-0000-7000-8000-000000000001',
  kind: 'ContentHandover',
  occurredAt: new Date().toISOString(),
  document: {
    id: '01980000-0000-7000-8000-000000000000',
    reference: 'G12,2026/01/05,7/BTC-VP',
    from: 'G12',
    files: [],
  },
};

describe('a receipt', () => {
  it('is checked with nothing but the trust anchor', async () => {
    const verdict = verifyReceipt(await signReceipt(evidence, key), [authority.certificate]);
    expect(verdict).toMatchObject({ ok: true, evidence });
  });

  it('does not hold once a letter of it is changed', async () => {
    const [header, , signature] = (await signReceipt(evidence, key)).split('.');
    const other = Buffer.from(JSON.stringify({ ...evidence, kind: 'ContentConsignment' })).toString('base64url');
    const verdict = verifyReceipt(`${String(header)}.${other}.${String(signature)}`, [authority.certificate]);
    expect(verdict).toMatchObject({ ok: false, code: 'receipt.tampered' });
  });

  it('does not hold when someone else signed it', async () => {
    const stranger = CertificateAuthority.createRoot(Name.of([['CN', 'Sample root']]));
    const forged = await signReceipt(evidence, stranger.issueSigner(Name.of([['CN', 'Sample axis']])).signingKey());
    expect(verifyReceipt(forged, [authority.certificate])).toMatchObject({
      ok: false,
      code: 'receipt.untrusted_signer',
    });
  });

  it('does not hold for a time when its signer had no certificate', async () => {
    const early = await signReceipt({ ...evidence, occurredAt: '2001-01-01T00:00:00.000Z' }, key);
    expect(verifyReceipt(early, [authority.certificate])).toMatchObject({ code: 'receipt.signer_not_valid_then' });
  });

  it.each(['', 'a.b', 'a.b.c', 'eyJhbGciOiJub25lIn0.e30.AA'])('is not %j', (text) => {
    expect(verifyReceipt(text, [authority.certificate])).toMatchObject({ ok: false, code: 'receipt.malformed' });
  });

  it('has a signature of 64 octets whatever the numbers are', async () => {
    for (let i = 0; i < 300; i += 1) {
      const jws = await signReceipt(evidence, key);
      expect(verifyReceipt(jws, [authority.certificate]).ok).toBe(true);
    }
  });
});

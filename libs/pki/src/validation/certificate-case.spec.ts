import { TestAuthority } from '@axis/testing';
import { CertificateCase, verifyCertificateCase } from './certificate-case';

const pki = new TestAuthority();
const person = pki.person('Nguyễn Văn Ánh', { policies: ['1.2.3'] });
const base64 = (bytes: Buffer): string => bytes.toString('base64');

const line = (more: Partial<Record<keyof CertificateCase, unknown>> = {}): string =>
  JSON.stringify({
    id: 'a',
    trust: [base64(pki.root.certificate.der)],
    chain: [base64(pki.intermediate.certificate.der), base64(person.certificate.der)],
    crls: [base64(pki.root.crl()), base64(pki.intermediate.crl())],
    ...more,
  });

describe('a line of a batch', () => {
  it('passes, with its id', () => {
    expect(verifyCertificateCase(line())).toEqual({ id: 'a', indication: 'TOTAL-PASSED' });
    expect(verifyCertificateCase(line({ id: 7, ocsp: null, at: null, policies: [] }))).toEqual({
      id: 7,
      indication: 'TOTAL-PASSED',
    });
  });

  it('is judged at its time', () => {
    expect(verifyCertificateCase(line({ at: '2001-01-01T00:00:00Z' }))).toEqual({
      id: 'a',
      indication: 'INDETERMINATE',
      subIndication: 'OUT_OF_BOUNDS_NO_POE',
      problems: ['CERTIFICATE_NOT_YET_VALID'], // the authority's
    });
  });

  it('is judged by its policies', () => {
    const explicit = (policies: unknown): unknown =>
      verifyCertificateCase(line({ policies, explicitPolicy: true })).subIndication;
    // the authority above asserts none, so none is valid along the whole path
    expect([explicit(['1.2.3']), explicit(undefined)]).toEqual(Array(2).fill('CHAIN_CONSTRAINTS_FAILURE'));
  });

  it('without lists is TRY_LATER, and says which could not be read', () => {
    expect(verifyCertificateCase(line({ crls: null }))).toMatchObject({ subIndication: 'TRY_LATER' });
    expect(verifyCertificateCase(line({ crls: ['AAAA'] })).problems).toEqual(['REVOCATION_UNKNOWN', 'CRL_MALFORMED']);
  });

  it.each(['', '{', 'null', '7', '[]', '{"trust":[],"chain":[]}', '{"trust":[1],"chain":["x"]}', line({ at: 'soon' })])(
    'that cannot be read says so: %#',
    (text) => {
      expect(verifyCertificateCase(text)).toMatchObject({
        indication: 'INDETERMINATE',
        subIndication: 'POLICY_PROCESSING_ERROR',
        problems: ['CASE_MALFORMED'],
      });
    },
  );

  it('with a certificate that is none says so', () => {
    expect(verifyCertificateCase(line({ chain: ['AAAA'] }))).toEqual({
      id: 'a',
      indication: 'INDETERMINATE',
      subIndication: 'CERTIFICATE_CHAIN_GENERAL_FAILURE',
      problems: ['CERTIFICATE_MALFORMED'],
    });
  });
});

import { KeyObject, generateKeyPairSync } from 'node:crypto';
import { TestAuthority } from '@axis/testing';
import {
  Certificate,
  CertificateAuthority,
  CertificateQuestion,
  Crl,
  IssuedKey,
  KeyPurpose,
  Name,
  OcspAnswerTimes,
  OcspResponse,
  RevocationMaterial,
  answerOcspRequest,
  encodeExtendedKeyUsage,
  encodeKeyUsage,
  encodeOcspRequest,
  issueCrl,
} from '..';
import { CertificateValidator } from './certificate-validator';
import { trustPolicy } from './trust-policy';

const hour = 3_600_000;
const day = 24 * hour;
const now = new Date();
const ago = (milliseconds: number): Date => new Date(now.getTime() - milliseconds);

const weakKey = (): KeyObject => generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey;
const ocspUsage = [encodeKeyUsage(['digitalSignature']), encodeExtendedKeyUsage([KeyPurpose.ocspSigning])];

const pki = new TestAuthority();
const validator = new CertificateValidator(trustPolicy([pki.root.certificate]));
const issuerCrls = (): Crl[] => [Crl.fromDer(pki.root.crl()), Crl.fromDer(pki.intermediate.crl())];

const ask = (issued: IssuedKey, more: Partial<CertificateQuestion> = {}, judge = validator) =>
  judge.validate({
    certificate: issued.certificate,
    at: now,
    candidates: issued.chain,
    material: { crls: issuerCrls(), ocspResponses: [] },
    ...more,
  });

describe('a certificate', () => {
  it('passes under its root, with what showed it unrevoked as evidence', () => {
    const person = pki.person();
    const verdict = ask(person);
    expect(verdict).toMatchObject({ indication: 'TOTAL-PASSED', problems: [], undetermined: [] });
    expect(verdict.path).toEqual([person.certificate, ...person.chain]);
    expect(verdict.evidence.crls).toHaveLength(2);
  });

  it('finds no chain under another root', () => {
    // this root bears the same name: only its key is another
    const namesake = new CertificateValidator(trustPolicy([new TestAuthority().root.certificate]));
    expect(ask(pki.person(), { candidates: [pki.intermediate.certificate] }, namesake)).toMatchObject({
      indication: 'INDETERMINATE',
      subIndication: 'CERTIFICATE_CHAIN_GENERAL_FAILURE',
      problems: [{ code: 'CERTIFICATE_SIGNATURE_INVALID' }],
    });
    const other = CertificateAuthority.createRoot(Name.of([['CN', 'Other']]));
    expect(ask(pki.person(), {}, new CertificateValidator(trustPolicy([other.certificate])))).toMatchObject({
      subIndication: 'NO_CERTIFICATE_CHAIN_FOUND',
    });
  });

  it('finds no chain without its intermediate, unless that is configured', () => {
    const person = pki.person();
    expect(ask(person, { candidates: [] }).subIndication).toBe('NO_CERTIFICATE_CHAIN_FOUND');
    const intermediates = [pki.intermediate.certificate];
    const knowing = new CertificateValidator(trustPolicy([pki.root.certificate], { intermediates }));
    expect(ask(person, { candidates: [] }, knowing).indication).toBe('TOTAL-PASSED');
  });

  it('is expired or not yet valid at a proven time, and out of bounds otherwise', () => {
    const expired = pki.person('A', { notBefore: ago(10 * day), notAfter: ago(day) });
    expect(ask(expired, { timeProven: true })).toMatchObject({ indication: 'TOTAL-FAILED', subIndication: 'EXPIRED' });
    expect(ask(expired)).toMatchObject({ indication: 'INDETERMINATE', subIndication: 'OUT_OF_BOUNDS_NO_POE' });
    const early = pki.person('B', { notBefore: new Date(now.getTime() + day) });
    expect(ask(early, { timeProven: true })).toMatchObject({
      indication: 'TOTAL-FAILED',
      subIndication: 'NOT_YET_VALID',
    });
  });

  it('is judged for its purpose', () => {
    expect(ask(pki.timestamper(), { purpose: 'timestamping' }).indication).toBe('TOTAL-PASSED');
    expect(ask(pki.person(), { purpose: 'timestamping' })).toMatchObject({
      subIndication: 'CHAIN_CONSTRAINTS_FAILURE',
      problems: [{ code: 'KEY_USAGE' }],
    });
    const authorityAsSigner = { certificate: pki.intermediate.certificate, purpose: 'signing' as const };
    expect(ask(pki.person(), authorityAsSigner).problems).toMatchObject([{ code: 'KEY_USAGE' }]);
  });

  it('is not believed with a weak key or hash', () => {
    const weak = pki.person('C', { privateKey: weakKey() });
    expect(ask(weak).subIndication).toBe('CRYPTO_CONSTRAINTS_FAILURE_NO_POE');
    const sha1 = pki.person('D', { scheme: { algorithm: 'ECDSA', hash: 'sha1' } });
    expect(ask(sha1, { timeProven: true }).subIndication).toBe('CRYPTO_CONSTRAINTS_FAILURE');
  });

  it('issued by a person is not a certificate', () => {
    const person = pki.person();
    const forged = CertificateAuthority.restore(person.certificate, person.privateKey, person.chain).issueSigner(
      Name.of([['CN', 'Bộ Tài chính']]),
    );
    expect(ask(forged)).toMatchObject({
      subIndication: 'CHAIN_CONSTRAINTS_FAILURE',
      problems: [{ code: 'NOT_AN_AUTHORITY' }],
    });
  });
});

describe('revocation', () => {
  it('fails at a proven time after it, passes before it, and is without proof indeterminate', () => {
    const person = pki.person();
    pki.intermediate.revoke(person.certificate, ago(3 * hour), 1);
    const after = { at: ago(hour), now, timeProven: true };
    expect(ask(person, after)).toMatchObject({ indication: 'TOTAL-FAILED', subIndication: 'REVOKED' });
    expect(ask(person, { ...after, at: ago(5 * hour) }).indication).toBe('TOTAL-PASSED');
    expect(ask(person)).toMatchObject({ indication: 'INDETERMINATE', subIndication: 'REVOKED_NO_POE' });
  });

  it('of an authority makes those below it indeterminate', () => {
    const own = new TestAuthority();
    own.root.revoke(own.intermediate.certificate, ago(3 * hour));
    const crls = [Crl.fromDer(own.root.crl()), Crl.fromDer(own.intermediate.crl())];
    const judge = new CertificateValidator(trustPolicy([own.root.certificate]));
    expect(ask(own.person(), { material: { crls, ocspResponses: [] } }, judge)).toMatchObject({
      indication: 'INDETERMINATE',
      subIndication: 'REVOKED_CA_NO_POE',
    });
  });

  it('unknown is TRY_LATER and never passes, unless policy leaves it out', () => {
    const person = pki.person();
    const material = { crls: [], ocspResponses: [] };
    const verdict = ask(person, { material });
    expect(verdict).toMatchObject({ indication: 'INDETERMINATE', subIndication: 'TRY_LATER' });
    expect(verdict.undetermined.map(({ certificate }) => certificate)).toEqual([
      pki.intermediate.certificate,
      person.certificate,
    ]);
    for (const revocation of ['if-known', 'ignored'] as const) {
      const lenient = new CertificateValidator(trustPolicy([pki.root.certificate], { revocation }));
      expect(ask(person, { material }, lenient).indication).toBe('TOTAL-PASSED');
    }
  });

  it('is not shown by a CRL out of date, of the future, or signed by someone else', () => {
    const person = pki.person();
    const root = Crl.fromDer(pki.root.crl());
    const useless = [
      pki.intermediate.crl(ago(10 * day), ago(day)),
      pki.intermediate.crl(new Date(now.getTime() + hour)),
      issueCrl(
        { number: 1, thisUpdate: ago(hour), nextUpdate: new Date(now.getTime() + day), revoked: [] },
        { certificate: pki.intermediate.certificate, privateKey: pki.root.privateKey },
      ),
    ];
    for (const der of useless) {
      const material = { crls: [root, Crl.fromDer(der)], ocspResponses: [] };
      expect(ask(person, { material }).subIndication).toBe('TRY_LATER');
    }
  });

  it('is not shown by a CRL issued after the certificate expired, which may have dropped it', () => {
    const expired = pki.person('E', { notBefore: ago(10 * day), notAfter: ago(5 * day) });
    expect(ask(expired, { at: ago(6 * day), now, timeProven: true }).subIndication).toBe('TRY_LATER');
    const crls = [Crl.fromDer(pki.root.crl()), Crl.fromDer(pki.intermediate.crl(ago(5.5 * day)))];
    const material = { crls, ocspResponses: [] };
    expect(ask(expired, { at: ago(6 * day), now, timeProven: true, material }).indication).toBe('TOTAL-PASSED');
  });
});

describe('OCSP', () => {
  const responder = pki.ocspResponder();
  const answer = (certificate: Certificate, signer: IssuedKey | CertificateAuthority, times?: OcspAnswerTimes) => {
    const authority = { issuer: pki.intermediate.certificate, revoked: pki.intermediate.revoked, responder: signer };
    const request = encodeOcspRequest(certificate, pki.intermediate.certificate);
    return OcspResponse.fromDer(answerOcspRequest(request, authority, times));
  };
  const withAnswer = (response: OcspResponse): { material: RevocationMaterial } => ({
    material: { crls: [Crl.fromDer(pki.root.crl())], ocspResponses: [response] },
  });

  it('is answered by the issuer, or by whom it delegates to', () => {
    const person = pki.person();
    for (const signer of [pki.intermediate, responder]) {
      const verdict = ask(person, withAnswer(answer(person.certificate, signer, { thisUpdate: ago(1000) })));
      expect(verdict.indication).toBe('TOTAL-PASSED');
      expect(verdict.evidence.ocspResponses).toHaveLength(1);
    }
  });

  it('tells of a revocation', () => {
    const person = pki.person();
    pki.intermediate.revoke(person.certificate, ago(hour), 1);
    const response = answer(person.certificate, responder, { thisUpdate: ago(1000) });
    expect(ask(person, { ...withAnswer(response), timeProven: true }).subIndication).toBe('REVOKED');
  });

  it('is not believed from a person, another CA’s responder, or an expired one', () => {
    const person = pki.person();
    const other = new TestAuthority();
    const expired = pki.ocspResponder({ notBefore: ago(10 * day), notAfter: ago(day) });
    for (const signer of [pki.person(), other.ocspResponder(), expired, pki.timestamper()]) {
      const response = answer(person.certificate, signer, { thisUpdate: ago(1000) });
      expect(ask(person, withAnswer(response)).subIndication).toBe('TRY_LATER');
    }
  });

  it('is not believed from a responder that was itself revoked', () => {
    const person = pki.person();
    const checked = pki.intermediate.issue(Name.of([['CN', 'OCSP']]), ocspUsage);
    const response = answer(person.certificate, checked, { thisUpdate: ago(1000) });
    const crls = (): Crl[] => [Crl.fromDer(pki.root.crl()), Crl.fromDer(pki.intermediate.crl())];
    const withCrls = (): { material: RevocationMaterial } => ({
      material: { crls: crls(), ocspResponses: [response] },
    });
    expect(ask(person, withCrls()).evidence.ocspResponses).toHaveLength(1);
    pki.intermediate.revoke(checked.certificate, ago(hour), 1);
    expect(ask(person, withCrls()).evidence.ocspResponses).toHaveLength(0);
  });

  it('is stale after its next update', () => {
    const person = pki.person();
    const response = answer(person.certificate, responder, { thisUpdate: ago(3 * day), nextUpdate: ago(2 * day) });
    expect(ask(person, withAnswer(response)).subIndication).toBe('TRY_LATER');
  });

  it('is about one certificate only', () => {
    const response = answer(pki.person().certificate, responder, { thisUpdate: ago(1000) });
    expect(ask(pki.person(), withAnswer(response)).subIndication).toBe('TRY_LATER');
  });
});

describe('a remembered verdict', () => {
  it('is the same for the same question, and not kept past what it rests on', () => {
    const person = pki.person('F', { notAfter: new Date(now.getTime() + 3 * day) });
    const material = { crls: issuerCrls(), ocspResponses: [] };
    const first = ask(person, { material });
    expect(ask(person, { material, at: new Date(now.getTime() + day) })).toBe(first);
    expect(ask(person, { material, at: new Date(now.getTime() + 4 * day) }).subIndication).toBe('OUT_OF_BOUNDS_NO_POE');
  });

  it('gives way to a list that tells of a revocation', () => {
    const person = pki.person();
    expect(ask(person).indication).toBe('TOTAL-PASSED');
    pki.intermediate.revoke(person.certificate, ago(hour));
    expect(ask(person).subIndication).toBe('REVOKED_NO_POE');
  });

  it('gives the very verdict again that it has found before', () => {
    const question = { certificate: pki.person().certificate, at: now, candidates: [pki.intermediate.certificate] };
    const material = { crls: issuerCrls(), ocspResponses: [] };
    const first = validator.validate({ ...question, material });
    expect(first.indication).toBe('TOTAL-PASSED');
    expect(validator.validate({ ...question, material })).toBe(first);
  });
});

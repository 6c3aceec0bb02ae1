import {
  answerOcspRequest,
  answerTimestampRequest,
  CertificateValidator,
  type HttpPort,
  HttpRevocationSource,
  PkiError,
  type IssuedKey,
  TimestampClient,
  trustPolicy,
} from '@axis/pki';
import { samplePdf, TestAuthority } from '@axis/testing';

import {
  addDocumentTimestamp,
  extendPdf,
  type PadesLevel,
  reportJson,
  signPdf,
  signToLevel,
  validatePdf,
  type ValidationOptions,
} from '..';
import { PdfFile } from '../syntax';

/** A small PKI whose OCSP responders and timestamping authority answer within this process. */
const OCSP = { root: 'http://ocsp.invalid/root', issuing: 'http://ocsp.invalid/issuing' };
const authority = new TestAuthority({ status: { ocsp: OCSP.issuing }, rootStatus: { ocsp: OCSP.root } });
const person = authority.person('Nguyễn Văn Ánh', { keyType: 'RSA-2048' });
const agency = authority.agency();
const stamper = authority.timestamper();
const signingTime = new Date();

let now = new Date();
let reachable = true;
const http: HttpPort = ({ url, body = Buffer.alloc(0) }) => {
  if (!reachable) return Promise.reject(new Error('a request went out'));
  const issuer = url === OCSP.root ? authority.root : authority.intermediate;
  return Promise.resolve(
    answerOcspRequest(
      body,
      { issuer: issuer.certificate, revoked: issuer.revoked, responder: issuer.issuer },
      { thisUpdate: now },
    ),
  );
};
const timestamperOf = (issued: IssuedKey) =>
  new TimestampClient({
    url: 'http://tsa.invalid',
    http: ({ body = Buffer.alloc(0) }) => answerTimestampRequest(body, issued.signingKey(), now),
  });
const timestamps = timestamperOf(stamper);
const validator = () => new CertificateValidator(trustPolicy([authority.root.certificate]));
const source = () => new HttpRevocationSource({ http, refreshAfter: 0 });
const online = (): ValidationOptions => ({ trust: validator(), source: source(), at: now });
const offline = (): ValidationOptions => ({ trust: validator(), at: now });

const levels = async (pdf: Buffer, options: ValidationOptions): Promise<(PadesLevel | undefined)[]> => {
  const report = await validatePdf(pdf, options);
  expect(report).toMatchObject({ indication: 'TOTAL-PASSED', problems: [] });
  return report.signatures.filter(({ kind }) => kind === 'signature').map(({ level }) => level);
};

const later = (pdf: Buffer, earlier: Buffer): void => {
  expect(pdf.subarray(0, earlier.length).equals(earlier)).toBe(true);
  expect(pdf.length).toBeGreaterThan(earlier.length);
};

let basic: Buffer;

beforeAll(async () => {
  basic = await signPdf(samplePdf(), { key: person.signingKey(), signingTime });
});

beforeEach(() => {
  now = new Date();
  reachable = true;
});

describe('baseline levels', () => {
  it('B-B says what it is, and needs revocation status to pass', async () => {
    expect(await levels(basic, online())).toEqual(['B-B']);
    expect(await validatePdf(basic, offline())).toMatchObject({
      indication: 'INDETERMINATE',
      subIndication: 'TRY_LATER',
    });
  });

  it('B-T by a timestamp over the signature', async () => {
    const pdf = await signPdf(samplePdf(), { key: agency.signingKey(), signingTime, timestamps });
    expect(await levels(pdf, online())).toEqual(['B-T']);
    expect((await validatePdf(pdf, online())).signatures[0]).toMatchObject({ timestamped: true });
  });

  it('B-T by a document timestamp, added later', async () => {
    const pdf = await extendPdf(basic, { ...online(), level: 'B-T', timestamps });
    later(pdf, basic);
    expect(await levels(pdf, online())).toEqual(['B-T']);
  });

  it('B-LT validates offline, years later', async () => {
    const stamped = await signPdf(samplePdf(), { key: agency.signingKey(), signingTime, timestamps });
    const pdf = await extendPdf(stamped, { ...online(), level: 'B-LT', timestamps });
    later(pdf, stamped);
    reachable = false;
    expect(await levels(pdf, offline())).toEqual(['B-LT']);
  });

  it('B-LTA: two signatures in sequence, raised together, and renewed', async () => {
    const two = await signPdf(basic, { key: agency.signingKey(), signingTime, timestamps });
    const archived = await extendPdf(two, { ...online(), level: 'B-LTA', timestamps });
    later(archived, two);
    expect(await levels(archived, online())).toEqual(['B-LTA', 'B-LTA']);
    now = new Date(now.getTime() + 60_000);
    const renewed = await extendPdf(archived, { ...online(), level: 'B-LTA', timestamps });
    later(renewed, archived);
    expect(await levels(renewed, online())).toEqual(['B-LTA', 'B-LTA']);
    const stamps = (await validatePdf(renewed, online())).signatures.filter(
      ({ kind }) => kind === 'document-timestamp',
    );
    expect(stamps.length).toBeGreaterThanOrEqual(2);
    expect(stamps.map(({ indication }) => indication)).not.toContain('TOTAL-FAILED');
  });

  it('writes evidence into the store once', async () => {
    const archived = await extendPdf(basic, { ...online(), level: 'B-LTA', timestamps });
    const renewed = await extendPdf(archived, { ...online(), level: 'B-LTA', timestamps });
    const certificates = (pdf: Buffer): number => {
      const file = PdfFile.open(pdf);
      return file.array(file.dict(file.catalog.get('DSS'))?.get('Certs'))?.length ?? 0;
    };
    expect(certificates(renewed)).toBe(certificates(archived));
  });
});

describe('time and revocation', () => {
  const year = 365 * 86_400_000;

  it('passes a signature that was stamped before its certificate expired or was revoked', async () => {
    const short = authority.person('Trần Thị Đào', { notAfter: new Date(Date.now() + 3_600_000) });
    const stamped = await signPdf(samplePdf(), { key: short.signingKey(), signingTime, timestamps });
    const plain = await signPdf(samplePdf(), { key: short.signingKey(), signingTime });
    const archived = await extendPdf(stamped, { ...online(), level: 'B-LTA', timestamps });
    now = new Date(Date.now() + 7_200_000);
    expect(await validatePdf(plain, online())).toMatchObject({
      indication: 'INDETERMINATE',
      subIndication: 'OUT_OF_BOUNDS_NO_POE',
    });
    expect(await levels(archived, online())).toEqual(['B-LTA']);
    authority.intermediate.revoke(short.certificate, new Date(Date.now() + 1_800_000));
    expect(await levels(archived, online())).toEqual(['B-LTA']);
  });

  it('fails a signature stamped after its certificate was revoked; without a stamp it cannot tell', async () => {
    const revoked = authority.person('Lê Văn Bỏ');
    authority.intermediate.revoke(revoked.certificate, new Date(Date.now() - 3_600_000));
    const stamped = await signPdf(samplePdf(), { key: revoked.signingKey(), signingTime, timestamps });
    const plain = await signPdf(samplePdf(), { key: revoked.signingKey(), signingTime });
    expect(await validatePdf(stamped, online())).toMatchObject({
      indication: 'TOTAL-FAILED',
      subIndication: 'REVOKED',
    });
    expect(await validatePdf(plain, online())).toMatchObject({
      indication: 'INDETERMINATE',
      subIndication: 'REVOKED_NO_POE',
    });
    await expect(extendPdf(plain, { ...online(), level: 'B-LT', timestamps })).rejects.toMatchObject({
      code: 'not-valid',
    });
  });

  it('does not believe a timestamp by someone who may not stamp, or from the future', async () => {
    const impostor = timestamperOf(agency);
    await expect(
      signPdf(samplePdf(), { key: person.signingKey(), signingTime, timestamps: impostor }),
    ).rejects.toMatchObject({ code: 'TIMESTAMP_INVALID' });
    now = new Date(Date.now() + year);
    const pdf = await signPdf(samplePdf(), { key: person.signingKey(), signingTime, timestamps });
    now = new Date();
    const [signature] = (await validatePdf(pdf, online())).signatures;
    expect(signature).toMatchObject({ timestamped: false, level: 'B-B' });
    expect(signature?.reasons.map(({ code }) => code)).toContain('timestamp-invalid');
  });

  it('lets a document timestamp follow a certification that allows no changes', async () => {
    const certified = await signPdf(samplePdf(), { key: person.signingKey(), signingTime, certify: 1 });
    const stamped = await addDocumentTimestamp(certified, timestamps);
    expect((await validatePdf(stamped, online())).signatures[0]).toMatchObject({ laterChanges: 'allowed' });
    const archived = await extendPdf(certified, { ...online(), level: 'B-LTA', timestamps });
    expect(await levels(archived, online())).toEqual(['B-LTA']);
  });

  it('is left without a signature when the timestamping authority is away', async () => {
    const away = { timestamp: () => Promise.reject(new Error('away')) };
    await expect(signPdf(samplePdf(), { key: person.signingKey(), signingTime, timestamps: away })).rejects.toThrow(
      'away',
    );
  });
});

describe('signing to a level', () => {
  const to = (level: 'B-B' | 'B-T' | 'B-LT' | 'B-LTA', stamps = timestamps) =>
    signToLevel(samplePdf(), {
      key: agency.signingKey(),
      signingTime,
      level,
      timestamps: stamps,
      validation: online(),
    });
  const absent = new TimestampClient({
    url: 'http://tsa.invalid',
    http: () => Promise.reject(new PkiError('HTTP_UNREACHABLE', 'away')),
  });

  it.each(['B-B', 'B-T', 'B-LT', 'B-LTA'] as const)('reaches %s when every service answers', async (level) => {
    const signed = await to(level);
    expect(signed).toMatchObject({ level });
    expect(signed.shortfall).toBeUndefined();
    expect(await levels(signed.pdf, online())).toEqual([level]);
  });

  it('signs all the same when the timestamping authority is away, and is raised once it is back', async () => {
    const signed = await to('B-LTA', absent);
    expect(signed).toMatchObject({ level: 'B-B', shortfall: { code: 'HTTP_UNREACHABLE' } });
    const raised = await extendPdf(signed.pdf, { ...online(), level: 'B-LTA', timestamps });
    later(raised, signed.pdf);
    expect(await levels(raised, online())).toEqual(['B-LTA']);
  });

  it('stays at B-T when revocation status cannot be had', async () => {
    const validation = offline();
    const signed = await signToLevel(samplePdf(), {
      key: agency.signingKey(),
      signingTime,
      level: 'B-LT',
      timestamps,
      validation,
    });
    expect(signed).toMatchObject({ level: 'B-T', shortfall: { code: 'not-valid' } });
  });

  it('leaves a report that is plain JSON', async () => {
    const { pdf } = await to('B-LTA');
    const json = reportJson(await validatePdf(pdf, online()));
    expect(JSON.parse(JSON.stringify(json))).toEqual(json);
    expect(json.signatures[0]).toMatchObject({
      level: 'B-LTA',
      certificate: { sha256: agency.certificate.fingerprint },
    });
  });
});

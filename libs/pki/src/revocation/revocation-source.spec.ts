import { PkiAnswer, PkiServer, TestAuthority, startOpensslResponder, startPkiServer } from '@axis/testing';
import {
  CertificateValidator,
  OnlineVerdict,
  answerOcspRequest,
  exchangeOverHttp,
  trustPolicy,
  validateOnline,
} from '..';
import { HttpRevocationSource, RevocationSourceOptions } from './revocation-source';

const servers: PkiServer[] = [];
const serve = async (answer: (path: string, body: Buffer) => PkiAnswer): Promise<PkiServer> => {
  const server = await startPkiServer(answer);
  servers.push(server);
  return server;
};
afterAll(() => Promise.all(servers.map((server) => server.close())));

/** A PKI whose root publishes a CRL, and whose intermediate answers as `answer` says, at /crl and /ocsp. */
async function publishing(kind: 'crl' | 'ocsp' | 'both', answer: (pki: TestAuthority, body: Buffer) => PkiAnswer) {
  const published: { pki?: TestAuthority } = {};
  const server = await serve((path, body) => {
    const { pki } = published;
    if (!pki) return { status: 500 };
    if (path === '/root.crl') return { body: pki.root.crl() };
    if (path === '/crl' && kind === 'both') return { body: pki.intermediate.crl() };
    return answer(pki, body);
  });
  const pki = new TestAuthority({
    rootStatus: { crl: `${server.url}/root.crl` },
    status: {
      ...(kind !== 'ocsp' && { crl: `${server.url}/crl` }),
      ...(kind !== 'crl' && { ocsp: `${server.url}/ocsp` }),
    },
  });
  published.pki = pki;
  return { pki, server };
}

function asker(pki: TestAuthority, options: RevocationSourceOptions = {}) {
  const validator = new CertificateValidator(trustPolicy([pki.root.certificate]));
  const source = new HttpRevocationSource(options);
  return (issued = pki.person()): Promise<OnlineVerdict> =>
    validateOnline(validator, source, { certificate: issued.certificate, at: new Date(), candidates: issued.chain });
}

const ocspOf = (pki: TestAuthority, body: Buffer): PkiAnswer => ({
  body: answerOcspRequest(body, {
    issuer: pki.intermediate.certificate,
    revoked: pki.intermediate.revoked,
    responder: pki.intermediate,
  }),
});

describe('revocation asked for over HTTP', () => {
  it('comes from CRLs, which are fetched once for all certificates', async () => {
    const { pki, server } = await publishing('crl', (authority) => ({ body: authority.intermediate.crl() }));
    const validate = asker(pki);
    const verdicts = await Promise.all([validate(), validate(), validate()]);
    expect(verdicts.map((verdict) => verdict.indication)).toEqual(Array(3).fill('TOTAL-PASSED'));
    expect((await validate()).indication).toBe('TOTAL-PASSED');
    expect(server.requests).toBe(2);
  });

  it('comes from OCSP, once for each certificate', async () => {
    const { pki, server } = await publishing('ocsp', ocspOf);
    const validate = asker(pki);
    const person = pki.person();
    for (let round = 0; round < 3; round++) expect((await validate(person)).indication).toBe('TOTAL-PASSED');
    expect(server.requests).toBe(2);
    pki.intermediate.revoke(person.certificate, new Date(Date.now() - 1000));
    expect((await asker(pki)(person)).subIndication).toBe('REVOKED_NO_POE');
  });

  it('may be made after the question was asked, in the next second', async () => {
    const { pki } = await publishing('ocsp', ocspOf);
    const validator = new CertificateValidator(trustPolicy([pki.root.certificate]));
    const slowly = new HttpRevocationSource({
      http: async (exchange) => {
        await new Promise((resolve) => setTimeout(resolve, 1_000 - (Date.now() % 1_000) + 5));
        return exchangeOverHttp(exchange);
      },
    });
    const { certificate, chain } = pki.person();
    const now = new Date();
    const question = { certificate, at: now, now, candidates: chain };
    expect((await validateOnline(validator, slowly, question)).indication).toBe('TOTAL-PASSED');
  });

  it('comes from the OCSP responder of openssl', async () => {
    const own = new TestAuthority({ status: { ocsp: 'http://127.0.0.1:9/' } });
    const [good, revoked] = [own.person(), own.person()];
    own.intermediate.revoke(revoked.certificate, new Date(Date.now() - 60_000), 1);
    const issued = [good.certificate, revoked.certificate];
    const server = await startOpensslResponder(own.intermediate, own.ocspResponder(), issued);
    servers.push(server);
    const source = new HttpRevocationSource({
      http: (exchange) => exchangeOverHttp({ ...exchange, url: server.url }),
    });
    const issuer = own.intermediate.certificate;
    expect((await source.find(good.certificate, issuer)).ocspResponses[0]?.answers).toMatchObject([{ status: 'good' }]);
    expect((await source.find(revoked.certificate, issuer)).ocspResponses[0]?.answers).toMatchObject([
      { status: 'revoked', reason: 1 },
    ]);
  });

  it('comes from the CRL when OCSP fails', async () => {
    const { pki } = await publishing('both', () => ({ status: 503 }));
    const verdict = await asker(pki)();
    expect(verdict.indication).toBe('TOTAL-PASSED');
    expect(verdict.failures).toMatchObject([{ code: 'HTTP_STATUS' }]);
  });

  it.each<[string, PkiAnswer, string]>([
    ['rubbish', { body: Buffer.from('not a list') }, 'CRL_MALFORMED'],
    ['nothing', {}, 'CRL_MALFORMED'],
    ['an error', { status: 500 }, 'HTTP_STATUS'],
    ['another address', { status: 301, headers: { location: 'http://127.0.0.1/' } }, 'HTTP_STATUS'],
    ['nothing for a long time', { delay: 8_000 }, 'HTTP_TIMEOUT'],
    ['50 MB', { body: Buffer.alloc(50_000_000, 0x30) }, 'HTTP_TOO_LARGE'],
  ])('that brings %s leaves the status unknown, and says why', async (_, answer, code) => {
    const { pki, server } = await publishing('crl', () => answer);
    // Patient with all but the silent one: a busy machine takes its time over 50 MB.
    const validate = asker(pki, { timeout: code === 'HTTP_TIMEOUT' ? 2_000 : 20_000 });
    const verdict = await validate();
    expect(verdict).toMatchObject({ indication: 'INDETERMINATE', subIndication: 'TRY_LATER', failures: [{ code }] });
    const before = server.requests;
    expect((await validate()).failures).toMatchObject([{ code }]); // left alone for a while
    expect(server.requests).toBe(before);
  });

  it.each<[string, (pki: TestAuthority, body: Buffer) => PkiAnswer, string]>([
    ['rubbish', () => ({ body: Buffer.from('rubbish') }), 'OCSP_MALFORMED'],
    ['that it will not say', () => ({ body: Buffer.from('30030a0106', 'hex') }), 'OCSP_REFUSED'],
    [
      'an answer about another',
      (pki, body) => ({
        body: answerOcspRequest(body, { issuer: pki.root.certificate, revoked: [], responder: pki.root }),
      }),
      'OCSP_REFUSED',
    ],
  ])('from a responder that answers %s leaves it unknown', async (_, answer, code) => {
    const { pki } = await publishing('ocsp', answer);
    expect(await asker(pki)()).toMatchObject({ subIndication: 'TRY_LATER', failures: [{ code }] });
  });

  it('is not asked of a replayed answer', async () => {
    let first: PkiAnswer | undefined;
    const { pki } = await publishing('ocsp', (authority, body) => (first ??= ocspOf(authority, body)));
    const person = pki.person();
    expect((await asker(pki)(person)).indication).toBe('TOTAL-PASSED');
    expect((await asker(pki)(person)).failures).toMatchObject([{ code: 'OCSP_NONCE_MISMATCH' }]);
  });

  it('is never asked for where no trusted path leads', async () => {
    const { pki, server } = await publishing('crl', () => ({}));
    const stranger = new CertificateValidator(trustPolicy([new TestAuthority().root.certificate]));
    const { certificate, chain } = pki.person();
    await validateOnline(stranger, new HttpRevocationSource(), { certificate, at: new Date(), candidates: chain });
    expect(server.requests).toBe(0);
  });
});

import { PkiServer, TestAuthority, startOpensslTimestamper, startPkiServer } from '@axis/testing';
import { PkiError, answerTimestampRequest } from '..';
import { TimestampClient, parseTimestampToken, verifyTimestampToken } from '.';

const pki = new TestAuthority();
const authority = pki.timestamper({ keyType: 'RSA-2048' });
const signature = Buffer.from('a signature value');
const refusal = (code: string): PkiError => expect.objectContaining({ code }) as PkiError;

const servers: PkiServer[] = [];
const serve = async (server: Promise<PkiServer>): Promise<string> => {
  servers.push(await server);
  return (await server).url;
};
afterAll(() => Promise.all(servers.map((server) => server.close())));

const sampleAuthority = (change: (response: Buffer) => Buffer = (response) => response): Promise<PkiServer> =>
  startPkiServer(async (_, body) => ({ body: change(await answerTimestampRequest(body, authority.signingKey())) }));

describe('a timestamp from the TSA of openssl', () => {
  it.each(['sha256', 'sha384', 'sha512'] as const)('is over the data, by the authority: %s', async (hash) => {
    const url = await serve(startOpensslTimestamper(authority));
    const token = parseTimestampToken(await new TimestampClient({ url, hash }).timestamp(signature));
    expect(Math.abs(token.info.time.getTime() - Date.now())).toBeLessThan(5_000);
    expect(token.info).toMatchObject({ hash, policy: '1.2.3.4.1', accuracy: 1000 });
    expect(verifyTimestampToken(token, { data: signature })).toMatchObject({
      valid: true,
      certificate: { fingerprint: authority.certificate.fingerprint },
    });
  });

  it('is of the policy asked for', async () => {
    const url = await serve(startOpensslTimestamper(authority));
    const token = parseTimestampToken(await new TimestampClient({ url, policy: '1.2.3.4.2' }).timestamp(signature));
    expect(token.info.policy).toBe('1.2.3.4.2');
    const other = new TimestampClient({ url, policy: '1.2.3.4.9' });
    await expect(other.timestamp(signature)).rejects.toThrow(refusal('TIMESTAMP_REFUSED'));
  });

  it('is not good for other data', async () => {
    const url = await serve(startOpensslTimestamper(authority));
    const token = parseTimestampToken(await new TimestampClient({ url }).timestamp(signature));
    expect(verifyTimestampToken(token, { data: Buffer.from('other') })).toMatchObject({ code: 'IMPRINT_MISMATCH' });
  });
});

describe('a sample timestamp of ours', () => {
  it('is taken by the client, from RSA and EC authorities', async () => {
    for (const issued of [authority, pki.timestamper(), pki.timestamper({ keyType: 'P-384' })]) {
      const url = await serve(
        startPkiServer(async (_, body) => ({ body: await answerTimestampRequest(body, issued.signingKey()) })),
      );
      const token = parseTimestampToken(await new TimestampClient({ url }).timestamp(signature));
      expect(verifyTimestampToken(token, { data: signature }).valid).toBe(true);
    }
  });

  it('is not good when its time was changed', async () => {
    const url = await serve(sampleAuthority());
    const der = Buffer.from(await new TimestampClient({ url }).timestamp(signature));
    const at = der.indexOf(Buffer.from(`${new Date().getUTCFullYear()}`));
    der[at + 3] = 0x30;
    expect(verifyTimestampToken(parseTimestampToken(der), { data: signature })).toMatchObject({
      valid: false,
      code: 'MESSAGE_DIGEST_MISMATCH',
    });
  });
});

describe('a TSA that misbehaves', () => {
  const stamp = async (server: Promise<PkiServer>, timeout = 10_000): Promise<Buffer> =>
    new TimestampClient({ url: await serve(server), timeout }).timestamp(signature);

  it('answers rubbish', async () => {
    const html = startPkiServer(() => ({ body: Buffer.from('<html>') }));
    await expect(stamp(html)).rejects.toThrow(refusal('TIMESTAMP_MALFORMED'));
    const empty = startPkiServer(() => ({}));
    await expect(stamp(empty)).rejects.toThrow(refusal('TIMESTAMP_MALFORMED'));
    const cut = sampleAuthority((response) => response.subarray(0, 400));
    await expect(stamp(cut)).rejects.toThrow(refusal('TIMESTAMP_MALFORMED'));
  });

  it('answers slowly, or is away', async () => {
    await expect(
      stamp(
        startPkiServer(() => ({ delay: 15_000 })),
        200,
      ),
    ).rejects.toThrow(refusal('HTTP_TIMEOUT'));
    const server = await startPkiServer(() => ({}));
    await server.close();
    const away = new TimestampClient({ url: server.url });
    await expect(away.timestamp(signature)).rejects.toThrow(refusal('HTTP_UNREACHABLE'));
  });

  it('sends elsewhere, fails, or sends too much', async () => {
    const elsewhere = startPkiServer(() => ({ status: 302, headers: { location: 'http://127.0.0.1:1/' } }));
    await expect(stamp(elsewhere)).rejects.toThrow(refusal('HTTP_STATUS'));
    await expect(stamp(startPkiServer(() => ({ status: 503 })))).rejects.toThrow(refusal('HTTP_STATUS'));
    const flood = startPkiServer(() => ({ body: Buffer.alloc(1 << 20) }));
    await expect(stamp(flood)).rejects.toThrow(refusal('HTTP_TOO_LARGE'));
  });

  it('stamps another hash, or replays an old answer', async () => {
    const key = authority.signingKey();
    const client = (url: string): TimestampClient => new TimestampClient({ url });
    let first: Buffer | undefined;
    const replay = await serve(
      startPkiServer(async (_, body) => ({ body: (first ??= await answerTimestampRequest(body, key)) })),
    );
    await client(replay).timestamp(signature);
    await expect(client(replay).timestamp(signature)).rejects.toThrow(refusal('TIMESTAMP_MISMATCH'));
    const other = await serve(
      startPkiServer(async (_, body) => {
        const changed = Buffer.from(body);
        changed[40] = (changed[40] ?? 0) ^ 1; // inside the imprint
        return { body: await answerTimestampRequest(changed, key) };
      }),
    );
    await expect(client(other).timestamp(signature)).rejects.toThrow(refusal('TIMESTAMP_MISMATCH'));
  });

  it('signs with a certificate that is not for timestamps', async () => {
    const person = pki.person();
    const url = startPkiServer(async (_, body) => ({ body: await answerTimestampRequest(body, person.signingKey()) }));
    await expect(stamp(url)).rejects.toThrow(refusal('TIMESTAMP_INVALID'));
  });
});

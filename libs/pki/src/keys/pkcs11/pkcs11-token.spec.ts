import { SoftToken, TestAuthority, findSoftHsm } from '@axis/testing';
import { KeyType, PkiError, SigningOptions, buildSignedData, digest, parseSignedData, verifyDetached } from '../..';
import { Cryptoki, loadCryptoki } from './cryptoki';
import { Pkcs11Token } from './pkcs11-token';

const softHsm = findSoftHsm();
const refusal = (code: string): PkiError => expect.objectContaining({ code }) as PkiError;

/** SoftHSM 2 is Debian's; where it cannot be had, nothing here can be proven. */
(softHsm ? describe : describe.skip)('keys on a PKCS#11 token (skipped where SoftHSM 2 cannot be had)', () => {
  const pki = new TestAuthority();
  const keyTypes: readonly KeyType[] = ['RSA-2048', 'P-256', 'P-384', 'P-521'];
  const issued = keyTypes.map((keyType) => pki.person(`Nguyễn Văn ${keyType}`, { keyType }));
  let soft: SoftToken;
  let token: Pkcs11Token;
  let library: Cryptoki;

  beforeAll(async () => {
    if (!softHsm) return;
    soft = new SoftToken(softHsm);
    issued.forEach((entry, index) => {
      soft.importKey(entry, `0${index + 1}`, keyTypes[index] ?? '');
    });
    token = await Pkcs11Token.open({ library: soft.library, tokenLabel: soft.label, pin: soft.pin, sessions: 4 });
    library = await loadCryptoki(soft.library);
  });
  afterAll(() => {
    token.close();
    soft.remove();
  });

  const open = (label: string, options: SigningOptions = {}) => {
    const entry = issued[keyTypes.findIndex((type) => type === label)];
    if (!entry) throw new Error(label);
    return token.signingKey({ label, certificate: entry.certificate, chain: entry.chain, ...options });
  };

  it.each<[KeyType, SigningOptions]>([
    ['RSA-2048', {}],
    ['RSA-2048', { hash: 'sha512' }],
    ['RSA-2048', { algorithm: 'RSA-PSS' }],
    ['RSA-2048', { algorithm: 'RSA-PSS', hash: 'sha384' }],
    ['P-256', {}],
    ['P-384', {}],
    ['P-521', {}],
  ])('sign as any other: %s %j', async (label, options) => {
    const key = await open(label, options);
    const messageDigest = digest(key.hash, Buffer.from('công văn'));
    const signedData = parseSignedData(await buildSignedData({ key, messageDigest }));
    expect(verifyDetached(signedData, { contentDigest: messageDigest }).valid).toBe(true);
    expect(signedData.certificates).toHaveLength(3);
  });

  it('sign many at once, over a few sessions', async () => {
    const key = await open('P-256');
    const signatures = await Promise.all(Array.from({ length: 100 }, (_, n) => key.sign(Buffer.from([n]))));
    expect(new Set(signatures.map((signature) => signature.toString('hex'))).size).toBe(100);
  });

  it('are refused with another’s certificate, of the same type or not', async () => {
    for (const keyType of ['P-256', 'P-384', 'RSA-2048'] as const) {
      const { certificate } = pki.person('Người khác', { keyType });
      const opened = token.signingKey({ label: 'P-256', certificate });
      await expect(opened).rejects.toThrow(refusal('KEY_CERTIFICATE_MISMATCH'));
    }
  });

  it('are refused when absent, ambiguous or without certificate', async () => {
    await expect(token.signingKey({ label: 'absent' })).rejects.toThrow(refusal('PKCS11_KEY_NOT_FOUND'));
    await expect(token.signingKey({})).rejects.toThrow(refusal('PKCS11_KEY_NOT_FOUND'));
    await expect(token.signingKey({ id: '02' })).rejects.toThrow(refusal('PKCS11_CERTIFICATE_NOT_FOUND'));
  });

  it('survive a restart of the token, under load too', async () => {
    const key = await open('P-256');
    library.C_Finalize(); // every session, login and handle is gone
    expect((await key.sign(Buffer.from('again'))).length).toBeGreaterThan(60);
    const [slot] = library.C_GetSlotList(true);
    // Between two signatures, not during one: SoftHSM frees a session while another thread still signs in it, and crashes.
    (library as Cryptoki & { C_CloseAllSessions(slot: unknown): void }).C_CloseAllSessions(slot);
    const underLoad = Array.from({ length: 50 }, (_, n) => key.sign(Buffer.from([n])));
    const results = await Promise.allSettled(underLoad);
    expect(results.filter((result) => result.status === 'rejected')).toEqual([]);
  });

  it('are refused with a wrong PIN, an unknown token or library', async () => {
    const options = { library: soft.library, tokenLabel: soft.label, pin: soft.pin };
    library.C_Finalize(); // logged in already, any PIN would do
    await expect(Pkcs11Token.open({ ...options, pin: '999999' })).rejects.toThrow(refusal('PKCS11_PIN_REFUSED'));
    await expect(Pkcs11Token.open({ ...options, tokenLabel: 'x' })).rejects.toThrow(refusal('PKCS11_TOKEN_NOT_FOUND'));
    await expect(Pkcs11Token.open({ ...options, library: '/x.so' })).rejects.toThrow(refusal('PKCS11_UNAVAILABLE'));
  });
});

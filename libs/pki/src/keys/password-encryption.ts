import { createCipheriv, createDecipheriv, createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';
import { rc2, util } from 'node-forge';
import { algorithmIdentifier } from '../algorithms';
import { DerElement, Tag, der } from '../asn1';
import { PkiError } from '../errors';

const pbes2 = '1.2.840.113549.1.5.13';
const pbkdf2 = '1.2.840.113549.1.5.12';
const hmacSha256 = '1.2.840.113549.2.9';
const aes256Cbc = '2.16.840.1.101.3.4.1.42';

/** A hostile file must not buy minutes of our CPU: OpenSSL writes 2,048 rounds, careful tools some 600,000. */
const iterationLimit = 2_000_000;

const hmacs: Readonly<Record<string, string>> = {
  '1.2.840.113549.2.7': 'sha1',
  '1.2.840.113549.2.8': 'sha224',
  [hmacSha256]: 'sha256',
  '1.2.840.113549.2.10': 'sha384',
  '1.2.840.113549.2.11': 'sha512',
};

const ciphers: Readonly<Record<string, { name: string; keyLength: number }>> = {
  '2.16.840.1.101.3.4.1.2': { name: 'aes-128-cbc', keyLength: 16 },
  '2.16.840.1.101.3.4.1.22': { name: 'aes-192-cbc', keyLength: 24 },
  [aes256Cbc]: { name: 'aes-256-cbc', keyLength: 32 },
  '1.2.840.113549.3.7': { name: 'des-ede3-cbc', keyLength: 24 },
};

/** PKCS#12's own schemes (RFC 7292 appendix C). */
const pkcs12Ciphers: Readonly<Record<string, { name: 'des-ede3-cbc' | 'rc2'; keyLength: number }>> = {
  '1.2.840.113549.1.12.1.3': { name: 'des-ede3-cbc', keyLength: 24 },
  '1.2.840.113549.1.12.1.5': { name: 'rc2', keyLength: 16 },
  '1.2.840.113549.1.12.1.6': { name: 'rc2', keyLength: 5 },
};

/** Deciphers what PBES2 (RFC 8018) or a PKCS#12 scheme enciphered. A wrong password shows as bad padding. */
export function decryptWithPassword(scheme: DerElement, ciphertext: Buffer, password: string): Buffer {
  const { oid, parameters } = algorithmIdentifier(scheme);
  if (parameters?.tag !== Tag.Sequence) throw new PkiError('PKCS12_UNSUPPORTED', `encryption ${oid}`);
  if (oid === pbes2) return decryptPbes2(parameters, ciphertext, password);
  const cipher = pkcs12Ciphers[oid];
  if (!cipher) throw new PkiError('PKCS12_UNSUPPORTED', `encryption ${oid}`);
  const { salt, iterations } = readSaltAndIterations(parameters);
  const secret = pkcs12Password(password);
  const key = derivePkcs12('sha1', 1, secret, salt, iterations, cipher.keyLength);
  const iv = derivePkcs12('sha1', 2, secret, salt, iterations, 8);
  return cipher.name === 'rc2' ? decryptRc2(key, iv, ciphertext) : decipher(cipher.name, key, iv, ciphertext);
}

function decryptPbes2(parameters: DerElement, ciphertext: Buffer, password: string): Buffer {
  const reader = parameters.children();
  const derivation = algorithmIdentifier(reader.read(Tag.Sequence));
  const encryption = algorithmIdentifier(reader.read(Tag.Sequence));
  reader.finish();
  const cipher = ciphers[encryption.oid];
  if (!cipher || encryption.parameters?.tag !== Tag.OctetString) {
    throw new PkiError('PKCS12_UNSUPPORTED', `cipher ${encryption.oid}`);
  }
  if (derivation.oid !== pbkdf2 || derivation.parameters?.tag !== Tag.Sequence) {
    throw new PkiError('PKCS12_UNSUPPORTED', `key derivation ${derivation.oid}`);
  }
  const fields = derivation.parameters.children();
  const salt = fields.read(Tag.OctetString).content;
  const iterations = boundedIterations(fields.read(Tag.Integer).integer());
  fields.optional(Tag.Integer); // keyLength: the cipher says it already
  const prf = fields.optional(Tag.Sequence);
  fields.finish();
  const hmac = hmacs[prf ? algorithmIdentifier(prf).oid : '1.2.840.113549.2.7'];
  if (!hmac) throw new PkiError('PKCS12_UNSUPPORTED', 'pseudo-random function of PBKDF2');
  const key = pbkdf2Sync(password, salt, iterations, cipher.keyLength, hmac);
  return decipher(cipher.name, key, encryption.parameters.content, ciphertext);
}

/** PBES2 with AES-256-CBC and PBKDF2-HMAC-SHA-256, as OpenSSL 3 writes. */
export function encryptWithPassword(
  plain: Buffer,
  password: string,
  iterations: number,
): { scheme: Buffer; data: Buffer } {
  const salt = randomBytes(16);
  const iv = randomBytes(16);
  const cipher = createCipheriv('aes-256-cbc', pbkdf2Sync(password, salt, iterations, 32, 'sha256'), iv);
  const prf = der.sequence(der.oid(hmacSha256), der.nullValue());
  const scheme = der.sequence(
    der.oid(pbes2),
    der.sequence(
      der.sequence(der.oid(pbkdf2), der.sequence(der.octetString(salt), der.integer(iterations), prf)),
      der.sequence(der.oid(aes256Cbc), der.octetString(iv)),
    ),
  );
  return { scheme, data: Buffer.concat([cipher.update(plain), cipher.final()]) };
}

/** HMAC over the authenticated safe, its key derived as RFC 7292 appendix B says (purpose 3). */
export function pkcs12Mac(hash: string, password: string, salt: Buffer, iterations: number, data: Buffer): Buffer {
  const length = createHash(hash).digest().length;
  const key = derivePkcs12(hash, 3, pkcs12Password(password), salt, boundedIterations(iterations), length);
  return createHmac(hash, key).update(data).digest();
}

function readSaltAndIterations(parameters: DerElement): { salt: Buffer; iterations: number } {
  const reader = parameters.children();
  const salt = reader.read(Tag.OctetString).content;
  const iterations = boundedIterations(reader.read(Tag.Integer).integer());
  reader.finish();
  return { salt, iterations };
}

function boundedIterations(iterations: number): number {
  if (iterations < 1 || iterations > iterationLimit) {
    throw new PkiError('PKCS12_UNSUPPORTED', `${iterations} rounds of key derivation`);
  }
  return iterations;
}

function decipher(name: string, key: Buffer, iv: Buffer, ciphertext: Buffer): Buffer {
  try {
    const decryption = createDecipheriv(name, key, iv);
    return Buffer.concat([decryption.update(ciphertext), decryption.final()]);
  } catch (error) {
    throw new PkiError('PKCS12_WRONG_PASSWORD', 'the content does not decipher', { cause: error });
  }
}

/** RC2 hides certificates in files of the 1990s to 2010s; node:crypto no longer has it. */
function decryptRc2(key: Buffer, iv: Buffer, ciphertext: Buffer): Buffer {
  const decryption = rc2.createDecryptionCipher(key.toString('latin1'), key.length * 8);
  decryption.start(iv.toString('latin1'));
  decryption.update(util.createBuffer(ciphertext.toString('latin1')));
  if (!decryption.finish()) throw new PkiError('PKCS12_WRONG_PASSWORD', 'the content does not decipher');
  return Buffer.from(decryption.output.getBytes(), 'latin1');
}

/** BMPString with its terminator (RFC 7292 appendix B.1). */
function pkcs12Password(password: string): Buffer {
  return Buffer.from(`${password}\u0000`, 'utf16le').swap16();
}

/** RFC 7292 appendix B.2. `purpose`: 1 key, 2 initial vector, 3 MAC key. */
function derivePkcs12(
  hash: string,
  purpose: number,
  secret: Buffer,
  salt: Buffer,
  iterations: number,
  length: number,
): Buffer {
  const block = hash === 'sha384' || hash === 'sha512' ? 128 : 64;
  const input = Buffer.concat([repeatTo(salt, block), repeatTo(secret, block)]);
  const diversifier = Buffer.alloc(block, purpose);
  const output: Buffer[] = [];
  for (let produced = 0; produced < length;) {
    let digest = createHash(hash).update(diversifier).update(input).digest();
    for (let round = 1; round < iterations; round++) digest = createHash(hash).update(digest).digest();
    output.push(digest);
    produced += digest.length;
    const addend = BigInt(`0x${repeatTo(digest, block).toString('hex')}`) + 1n;
    for (let at = 0; at < input.length; at += block) addModulo(input.subarray(at, at + block), addend);
  }
  return Buffer.concat(output).subarray(0, length);
}

function addModulo(target: Buffer, addend: bigint): void {
  const bits = BigInt(target.length * 8);
  const sum = BigInt.asUintN(Number(bits), BigInt(`0x${target.toString('hex')}`) + addend);
  target.write(sum.toString(16).padStart(target.length * 2, '0'), 'hex');
}

/** `bytes` repeated to fill whole blocks: none for none. */
function repeatTo(bytes: Buffer, block: number): Buffer {
  return Buffer.alloc(Math.ceil(bytes.length / block) * block, bytes.length ? bytes : 0);
}

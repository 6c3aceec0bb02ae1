import { type KeyObject, verify } from 'node:crypto';
import type { SigningKey } from '@axis/pki';

/** ES256 (RFC 7518 §3.4): P-256, SHA-256, and the two numbers side by side instead of DER. */
const COORDINATE_BYTES = 32;

export interface JwsParts {
  readonly header: Readonly<Record<string, unknown>>;
  readonly payload: Buffer;
  readonly signature: Buffer;
  readonly signed: Buffer;
}

/** Signs as compact JWS (RFC 7515 §7.1). @throws when the key is not P-256. */
export async function signJws(
  header: Readonly<Record<string, unknown>>,
  payload: string,
  key: SigningKey,
): Promise<string> {
  if (key.algorithm !== 'ECDSA' || key.certificate.publicKeyFacts.bits !== 256) {
    throw new Error(`Receipts are signed with P-256 (ES256), not with ${key.algorithm}.`);
  }
  const signed = `${encode(JSON.stringify({ alg: 'ES256', ...header }))}.${encode(payload)}`;
  const signature = sideBySide(await key.sign(Buffer.from(signed)));
  return `${signed}.${signature.toString('base64url')}`;
}

/** Undefined when the text is no compact JWS. */
export function parseJws(jws: string): JwsParts | undefined {
  const [, header = '', payload = '', signature = ''] = /^([\w-]+)\.([\w-]+)\.([\w-]+)$/.exec(jws.trim()) ?? [];
  if (signature === '') return undefined;
  const parsed = parseObject(decode(header).toString());
  if (!parsed) return undefined;
  return {
    header: parsed,
    payload: decode(payload),
    signature: decode(signature),
    signed: Buffer.from(`${header}.${payload}`),
  };
}

export function verifyJws({ header, signature, signed }: JwsParts, key: KeyObject): boolean {
  const onP256 = key.asymmetricKeyDetails?.namedCurve === 'prime256v1';
  if (header['alg'] !== 'ES256' || !onP256 || signature.length !== 2 * COORDINATE_BYTES) return false;
  return verify('sha256', signed, { key, dsaEncoding: 'ieee-p1363' }, signature);
}

export function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** From DER `SEQUENCE { INTEGER r, INTEGER s }`; for P-256 all lengths fit into one octet. */
function sideBySide(der: Buffer): Buffer {
  const out = Buffer.alloc(2 * COORDINATE_BYTES);
  let at = 2;
  for (const end of [COORDINATE_BYTES, 2 * COORDINATE_BYTES]) {
    const length = der.readUInt8(at + 1);
    const number = der.subarray(at + 2, at + 2 + length);
    const significant = number.subarray(Math.max(0, length - COORDINATE_BYTES));
    significant.copy(out, end - significant.length);
    at += 2 + length;
  }
  return out;
}

const encode = (text: string): string => Buffer.from(text).toString('base64url');
const decode = (text: string): Buffer => Buffer.from(text, 'base64url');

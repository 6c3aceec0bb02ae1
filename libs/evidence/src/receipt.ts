import canonicalize from 'canonicalize';
import { Certificate, type SigningKey } from '@axis/pki';
import type { Evidence } from './evidence';
import { parseJws, parseObject, signJws, verifyJws } from './jws';

const TYPE = 'axis-evidence+jws';

export type ReceiptVerdict =
  | { readonly ok: true; readonly evidence: Evidence; readonly signedBy: string }
  | { readonly ok: false; readonly code: ReceiptFault; readonly detail: string };

export type ReceiptFault =
  'receipt.malformed' | 'receipt.tampered' | 'receipt.untrusted_signer' | 'receipt.signer_not_valid_then';

/**
 * A receipt: an evidence in canonical JSON (RFC 8785), signed as compact JWS (RFC 7515). It carries its signer's
 * certificate (`x5c`), so that nothing of ours is needed to check it but the trust anchor.
 */
export async function signReceipt(evidence: Evidence, key: SigningKey): Promise<string> {
  const payload = canonicalize(evidence);
  if (payload === undefined) throw new Error('An evidence has a canonical form.');
  const intermediates = key.chain.filter((certificate) => !certificate.isSelfIssued);
  const x5c = [key.certificate, ...intermediates].map((certificate) => certificate.der.toString('base64'));
  return signJws({ typ: TYPE, x5c }, payload, key);
}

/**
 * Checks a receipt offline: its form, its signature, and that its signer was certified by a trust anchor when it happened.
 * `trust` are authorities that certify axes and nobody else: under one that certifies persons too, each of them could sign.
 * Whether the signer's certificate was revoked later is for the evidence log to tell.
 */
export function verifyReceipt(jws: string, trust: readonly Certificate[]): ReceiptVerdict {
  const parts = parseJws(jws);
  const evidence = parts && (parseObject(parts.payload.toString()) as Evidence | undefined);
  const chain = parts && readChain(parts.header['x5c']);
  const [signer] = chain ?? [];
  if (!parts || !evidence || !chain || !signer || parts.header['typ'] !== TYPE) {
    return { ok: false, code: 'receipt.malformed', detail: 'not a receipt in the form of compact JWS' };
  }
  if (!verifyJws(parts, signer.publicKey) || canonicalize(evidence) !== parts.payload.toString()) {
    return { ok: false, code: 'receipt.tampered', detail: 'the signature does not match what is signed' };
  }
  const occurredAt = new Date(evidence.occurredAt);
  const signedBy = signer.subject.toString();
  for (const [index, certificate] of chain.entries()) {
    if (occurredAt < certificate.notBefore || occurredAt > certificate.notAfter) {
      return { ok: false, code: 'receipt.signer_not_valid_then', detail: certificate.subject.toString() };
    }
    if (trust.some((anchor) => certificate.isSignedBy(anchor))) return { ok: true, evidence, signedBy };
    const above = chain[index + 1];
    if (!above?.isAuthority || !certificate.isSignedBy(above)) break;
  }
  return { ok: false, code: 'receipt.untrusted_signer', detail: signedBy };
}

function readChain(x5c: unknown): Certificate[] | undefined {
  if (!Array.isArray(x5c) || x5c.length === 0 || x5c.length > 8) return undefined;
  try {
    return x5c.map((der) => Certificate.fromDer(Buffer.from(String(der), 'base64')));
  } catch {
    return undefined; // what does not parse as certificates is no receipt
  }
}

import { createHash } from 'node:crypto';
import { canonicalText, type Element, named } from '../write/elements';
import { ENVELOPED, EXCLUSIVE_C14N, XMLDSIG } from './algorithms';

/** Who signs the envelope. The key itself stays with the caller. */
export interface EnvelopeSigner {
  readonly algorithm: 'ecdsa-sha256' | 'rsa-sha256';
  /** DER, of the key that signs. */
  readonly certificate: Buffer;
  /** Signs the bytes, hashed with SHA-256; an ECDSA value as r and s side by side (IEEE P1363). */
  readonly sign: (bytes: Buffer) => Buffer | Promise<Buffer>;
}

const SHA256 = 'http://www.w3.org/2001/04/xmlenc#sha256';

/** The enveloped signature over a whole message (XML Signature 1.1 §6.6.4), which is read once for it. */
export async function signatureOver(message: Element, signer: EnvelopeSigner): Promise<Element> {
  const hash = createHash('sha256');
  for await (const piece of canonicalText(message, 'exclusive')) hash.update(piece, 'utf8');
  const signedInfo = named(
    'SignedInfo',
    algorithm('CanonicalizationMethod', EXCLUSIVE_C14N),
    algorithm('SignatureMethod', `http://www.w3.org/2001/04/xmldsig-more#${signer.algorithm}`),
    {
      ...named(
        'Reference',
        named('Transforms', algorithm('Transform', ENVELOPED), algorithm('Transform', EXCLUSIVE_C14N)),
        algorithm('DigestMethod', SHA256),
        named('DigestValue', hash.digest('base64')),
      ),
      attributes: { URI: '' },
    },
  );
  let bytes = '';
  for await (const piece of canonicalText({ ...signedInfo, namespace: XMLDSIG }, 'exclusive')) bytes += piece;
  const value = await signer.sign(Buffer.from(bytes));
  return {
    ...named(
      'Signature',
      signedInfo,
      named('SignatureValue', value.toString('base64')),
      named('KeyInfo', named('X509Data', named('X509Certificate', signer.certificate.toString('base64')))),
    ),
    namespace: XMLDSIG,
  };
}

function algorithm(name: string, uri: string): Element {
  return { name, attributes: { Algorithm: uri }, children: [] };
}

import { X509Certificate } from 'node:crypto';
import type { CanonicalMethod } from '../xml/canonical';
import type { XmlElement } from '../xml/tree';
import {
  CANONICAL_METHODS,
  type DigestName,
  DIGESTS,
  ENVELOPED,
  SIGNATURE_METHODS,
  type SignatureMethod,
  verifies,
  weakness,
} from './algorithms';
import type { PartDigest, SignedParts } from './signed-parts';

/**
 * What the XML signature on a message is worth. `intact` says that the message is what the holder of the certificate's
 * key signed; whether that certificate is to be trusted is for the path validation to say.
 */
export type EnvelopeSignature =
  | { readonly kind: 'absent' }
  | {
      readonly kind: 'intact';
      readonly algorithm: string;
      /** DER. */
      readonly certificate: Buffer;
      /** `part` when elements outside what was signed could have been changed. */
      readonly covers: 'message' | 'part';
    }
  /** It matches, by algorithms that no longer prove anything. */
  | { readonly kind: 'weak'; readonly weakness: string }
  | { readonly kind: 'broken'; readonly reason: string }
  | { readonly kind: 'unsupported'; readonly reason: string };

interface Reference extends PartDigest {
  readonly value: string;
}

interface Parsed {
  readonly canonical: CanonicalMethod;
  readonly method: SignatureMethod;
  readonly references: readonly Reference[];
  readonly value: Buffer;
  readonly certificate: X509Certificate;
}

const MOST_REFERENCES = 8;

/** The signature as read from the header, once its element is complete. */
export class ReceivedSignature {
  private readonly parsed: Parsed | string;

  constructor(element: XmlElement) {
    this.parsed = parse(element);
  }

  /** What has to be digested for it. */
  get wanted(): readonly PartDigest[] {
    return typeof this.parsed === 'string' ? [] : this.parsed.references;
  }

  /** To be asked when the whole message has been read. */
  verify(parts: SignedParts): EnvelopeSignature {
    if (typeof this.parsed === 'string') return { kind: 'unsupported', reason: this.parsed };
    const { references, canonical, method, value, certificate } = this.parsed;
    for (const reference of references) {
      const digest = parts.digestOf(reference);
      if (digest === undefined) return { kind: 'broken', reason: `it covers ${reference.uri}, which is not there` };
      if (digest !== reference.value) return { kind: 'broken', reason: `what it covers${of(reference)} was changed` };
    }
    const key = certificate.publicKey;
    const signedInfo = parts.canonicalSignedInfo(canonical);
    if (signedInfo === undefined || !verifies(method, key, Buffer.from(signedInfo), value))
      return { kind: 'broken', reason: 'its value does not match the certificate' };
    const weak = weakness(
      method,
      key,
      references.map(({ digest }) => digest),
    );
    if (weak !== undefined) return { kind: 'weak', weakness: weak };
    const covers = references.some(({ uri }) => uri === '') ? 'message' : 'part';
    return { kind: 'intact', algorithm: method.name, certificate: certificate.raw, covers };
  }
}

function of({ uri }: Reference): string {
  return uri === '' ? '' : ` (${uri})`;
}

function parse(signature: XmlElement): Parsed | string {
  const info = signature.first('SignedInfo');
  const canonicalUri = algorithmOf(info?.first('CanonicalizationMethod'));
  const canonical = CANONICAL_METHODS[canonicalUri];
  if (!info || !canonical) return `canonicalization ${canonicalUri} is not known`;
  const methodUri = algorithmOf(info.first('SignatureMethod'));
  const method = SIGNATURE_METHODS[methodUri];
  if (!method) return `signature method ${methodUri} is not known`;
  const certificate = readCertificate(signature.descend('KeyInfo', 'X509Data', 'X509Certificate'));
  if (!certificate) return 'it holds no certificate';
  const elements = info.all('Reference');
  if (elements.length === 0 || elements.length > MOST_REFERENCES) return `it has ${elements.length} references`;
  const references: Reference[] = [];
  for (const element of elements) {
    const reference = readReference(element);
    if (typeof reference === 'string') return reference;
    references.push(reference);
  }
  const value = Buffer.from(signature.first('SignatureValue')?.text ?? '', 'base64');
  return { canonical, method, references, value, certificate };
}

function readReference(element: XmlElement): Reference | string {
  const uri = element.attribute('URI');
  if (uri === undefined || (uri !== '' && !uri.startsWith('#')))
    return `reference ${uri ?? ''} is not within the message`;
  const digestUri = algorithmOf(element.first('DigestMethod'));
  const digest: DigestName | undefined = DIGESTS[digestUri];
  if (!digest) return `digest method ${digestUri} is not known`;
  // Without a transform that says otherwise, inclusive (XML Signature 1.1 §4.4.3.2).
  let method: CanonicalMethod = 'inclusive';
  for (const transform of element.first('Transforms')?.all('Transform') ?? []) {
    const transformUri = algorithmOf(transform);
    if (transformUri === ENVELOPED) continue;
    const canonical = CANONICAL_METHODS[transformUri];
    if (!canonical || transform.children.length > 0) return `transform ${transformUri} is not known`;
    method = canonical;
  }
  return { uri, method, digest, value: element.first('DigestValue')?.text.replace(/\s/g, '') ?? '' };
}

function algorithmOf(element: XmlElement | undefined): string {
  return element?.attribute('Algorithm') ?? '';
}

function readCertificate(element: XmlElement | undefined): X509Certificate | undefined {
  try {
    return element && new X509Certificate(Buffer.from(element.text, 'base64'));
  } catch {
    return undefined;
  }
}

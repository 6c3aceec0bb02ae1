import { DerReader, Tag } from '../asn1';

export interface RawExtension {
  readonly oid: string;
  readonly critical: boolean;
  /** Content of extnValue: the DER of the extension's own type. */
  readonly value: Buffer;
}

/** Extensions by identifier. One identifier twice is refused (RFC 5280 §4.2). */
export function readExtensions(extensions: DerReader): ReadonlyMap<string, RawExtension> {
  const found = new Map<string, RawExtension>();
  for (const extension of extensions) {
    if (extension.tag !== Tag.Sequence) extension.refuse('an extension is a SEQUENCE');
    const reader = extension.children();
    const oid = reader.read(Tag.Oid).oid();
    // An explicit FALSE is not DER, yet common in issued certificates; it means the same.
    const critical = reader.optional(Tag.Boolean)?.boolean() ?? false;
    const value = reader.read(Tag.OctetString).content;
    reader.finish();
    if (found.has(oid)) extension.refuse(`extension ${oid} occurs twice`);
    found.set(oid, { oid, critical, value });
  }
  return found;
}

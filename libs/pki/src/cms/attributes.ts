import { DerElement, Tag } from '../asn1';

/** Attributes of a SignerInfo by type: the values of each, as encoded elements. */
export type Attributes = ReadonlyMap<string, readonly DerElement[]>;

/**
 * Reads SignedAttributes, where each type occurs once (RFC 5652 §5.3, §11; two message digests would let the signer and
 * the verifier see different ones), or UnsignedAttributes, where a type may come again and its values are put together.
 */
export function readAttributes(set: DerElement, signed: boolean): Attributes {
  const attributes = new Map<string, DerElement[]>();
  for (const attribute of set.children()) {
    if (attribute.tag !== Tag.Sequence) attribute.refuse('an attribute is a SEQUENCE');
    const reader = attribute.children();
    const type = reader.read(Tag.Oid).oid();
    const values = [...reader.read(Tag.Set).children()];
    reader.finish();
    const earlier = attributes.get(type);
    if (signed && (earlier || values.length !== 1)) attribute.refuse(`signed attribute ${type} has not one value`);
    attributes.set(type, [...(earlier ?? []), ...values]);
  }
  return attributes;
}

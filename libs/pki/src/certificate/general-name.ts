import { DerElement, DerReader, Tag, constructed, primitive } from '../asn1';
import { Name } from './name';

/** GeneralName (RFC 5280 §4.2.1.6). Forms we never compare keep their octets. */
export type GeneralName =
  | { readonly kind: 'email' | 'dns' | 'uri'; readonly value: string }
  | { readonly kind: 'directory'; readonly value: Name }
  | { readonly kind: 'ip'; readonly value: Buffer }
  | { readonly kind: 'registeredId'; readonly value: string }
  | { readonly kind: 'otherName' | 'x400' | 'ediParty'; readonly value: Buffer };

export function readGeneralName(element: DerElement): GeneralName {
  switch (element.tag) {
    case constructed(0):
      return { kind: 'otherName', value: element.raw };
    case primitive(1):
      return { kind: 'email', value: ia5(element) };
    case primitive(2):
      return { kind: 'dns', value: ia5(element) };
    case constructed(3):
      return { kind: 'x400', value: element.raw };
    case constructed(4): {
      // A CHOICE inside is tagged explicitly (X.680 §31.2.7)
      const reader = element.children();
      const name = new Name(reader.read(Tag.Sequence).raw);
      reader.finish();
      return { kind: 'directory', value: name };
    }
    case constructed(5):
      return { kind: 'ediParty', value: element.raw };
    case primitive(6):
      return { kind: 'uri', value: ia5(element) };
    case primitive(7):
      return { kind: 'ip', value: element.content };
    case primitive(8):
      return { kind: 'registeredId', value: element.oid() };
    default:
      return element.refuse('a general name is of no known form');
  }
}

/** GeneralNames: never empty. */
export function readGeneralNames(reader: DerReader): readonly GeneralName[] {
  const names = [...reader].map(readGeneralName);
  if (names.length === 0) reader.refuse('a list of names is empty');
  return names;
}

function ia5(element: DerElement): string {
  const { content } = element;
  if (content.some((octet) => octet > 0x7f)) element.refuse('a name is not ASCII');
  return content.toString('latin1');
}

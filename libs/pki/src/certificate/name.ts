import { DerElement, DerReader, Tag, der } from '../asn1';
import { parsing } from '../errors';

export interface NameAttribute {
  readonly oid: string;
  /** The characters, or undefined when the value is not a character string. */
  readonly text: string | undefined;
  readonly raw: Buffer;
}

/** Short names of RFC 4514 §3, and those a Vietnamese certificate carries besides. */
const shortNames: Readonly<Record<string, string>> = {
  '2.5.4.3': 'CN',
  '2.5.4.4': 'SN',
  '2.5.4.5': 'serialNumber',
  '2.5.4.6': 'C',
  '2.5.4.7': 'L',
  '2.5.4.8': 'ST',
  '2.5.4.9': 'STREET',
  '2.5.4.10': 'O',
  '2.5.4.11': 'OU',
  '2.5.4.12': 'T',
  '2.5.4.42': 'GN',
  '2.5.4.97': 'organizationIdentifier',
  '1.2.840.113549.1.9.1': 'emailAddress',
  '0.9.2342.19200300.100.1.1': 'UID',
  '0.9.2342.19200300.100.1.25': 'DC',
};

const oidsByShortName = new Map(Object.entries(shortNames).map(([oid, name]) => [name.toLowerCase(), oid]));

/** A distinguished name (RFC 5280 §4.1.2.4), kept as encoded and read when asked. */
export class Name {
  #rdns: readonly (readonly NameAttribute[])[] | undefined;
  #canonical: readonly string[] | undefined;

  constructor(readonly der: Buffer) {}

  /**
   * A name from its attributes, most significant first; each one RDN: `[['C', 'VN'], ['O', 'Bộ Tài chính'], ['CN', '…']]`.
   * Types are short names or dotted identifiers.
   */
  static of(attributes: readonly (readonly [type: string, value: string])[]): Name {
    const rdns = attributes.map(([type, value]) => {
      const oid = oidsByShortName.get(type.toLowerCase()) ?? type;
      // Country and serialNumber are PrintableString, DC and e-mail IA5String; all else UTF8String (RFC 5280 §4.1.2.4)
      const encode =
        type === 'C' || type === 'serialNumber'
          ? der.printableString
          : type === 'DC' || type === 'emailAddress'
            ? der.ia5String
            : der.utf8String;
      return der.setOf(der.sequence(der.oid(oid), encode(value)));
    });
    return new Name(der.sequence(...rdns));
  }

  get rdns(): readonly (readonly NameAttribute[])[] {
    return (this.#rdns ??= parsing('CERTIFICATE_MALFORMED', 'name', () => {
      const rdns = [...DerReader.only(this.der, Tag.Sequence).children()];
      return rdns.map((rdn) => readRdn(rdn));
    }));
  }

  get isEmpty(): boolean {
    return this.rdns.length === 0;
  }

  /** First value of a type, by short name (`CN`, `O`, `OU`, `serialNumber`, `UID`…) or dotted identifier. */
  first(type: string): string | undefined {
    const oid = oidsByShortName.get(type.toLowerCase()) ?? type;
    return this.rdns.flat().find((attribute) => attribute.oid === oid)?.text;
  }

  get commonName(): string | undefined {
    return this.first('CN');
  }

  /** RFC 4514: last RDN first, escaped. */
  toString(): string {
    return [...this.rdns]
      .reverse()
      .map((rdn) => rdn.map(formatAttribute).join('+'))
      .join(',');
  }

  /** One string per RDN, equal exactly when the RDNs match by RFC 5280 §7.1. */
  get canonicalRdns(): readonly string[] {
    return (this.#canonical ??= this.rdns.map((rdn) =>
      rdn
        .map(({ oid, text, raw }) => `${oid}=${text === undefined ? `#${raw.toString('hex')}` : prepare(text)}`)
        .sort()
        .join('\u0000'),
    ));
  }

  /** Equal for names that match, to be used as a key. */
  get canonical(): string {
    return this.canonicalRdns.join('\u0001');
  }

  equals(other: Name): boolean {
    return this.der.equals(other.der) || this.canonical === other.canonical;
  }

  /** Whether this name lies in the subtree `base` (RFC 5280 §4.2.1.10: directoryName). */
  isWithin(base: Name): boolean {
    return base.canonicalRdns.every((rdn, index) => rdn === this.canonicalRdns[index]);
  }
}

function readRdn(rdn: DerElement): NameAttribute[] {
  if (rdn.tag !== Tag.Set) rdn.refuse('a relative name is a SET');
  const attributes = [...rdn.children()].map((attribute): NameAttribute => {
    if (attribute.tag !== Tag.Sequence) attribute.refuse('a name attribute is a SEQUENCE');
    const reader = attribute.children();
    const oid = reader.read(Tag.Oid).oid();
    const value = reader.next();
    reader.finish();
    return { oid, text: isString(value.tag) ? value.text() : undefined, raw: value.raw };
  });
  if (attributes.length === 0) rdn.refuse('a relative name is empty');
  return attributes;
}

const stringTags: readonly number[] = [
  Tag.Utf8String,
  Tag.PrintableString,
  Tag.NumericString,
  Tag.Ia5String,
  Tag.VisibleString,
  Tag.TeletexString,
  Tag.BmpString,
  Tag.UniversalString,
];
const isString = (tag: number): boolean => stringTags.includes(tag);

/**
 * String preparation of RFC 4518 as far as RFC 5280 §7.1 needs it: normalised, case folded, spaces collapsed, control
 * characters gone (so that none can pass for the separators of `canonical`).
 */
const prepare = (text: string): string =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/\s+/gu, ' ')
    .replace(/\p{Cc}/gu, '')
    .trim();

function formatAttribute({ oid, text, raw }: NameAttribute): string {
  if (text === undefined) return `${oid}=#${raw.toString('hex')}`;
  return `${shortNames[oid] ?? oid}=${escapeValue(text)}`;
}

/** RFC 4514 §2.4 */
const escapeValue = (text: string): string =>
  text
    .replace(/["+,;<>\\]/g, '\\$&')
    .replaceAll('\0', '\\00')
    .replace(/^[ #]/, '\\$&')
    .replace(/ $/, '\\ ');

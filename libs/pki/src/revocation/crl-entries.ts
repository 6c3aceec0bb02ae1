import { DerElement, DerReader, Tag, der } from '../asn1';
import { ExtensionOid, Name, RawExtension, readExtensions, readGeneralNames } from '../certificate';
import { parsing } from '../errors';

export interface CrlEntry {
  readonly revokedAt: Date;
  /** As numbered in RFC 5280 §5.3.1; 0 (unspecified) when the entry has none. */
  readonly reason: number;
}

/** RFC 5280 §5.3.1: only in delta lists, the certificate is no longer revoked. */
export const removeFromCrl = 8;

const understood: ReadonlySet<string> = new Set([
  ExtensionOid.reasonCode,
  ExtensionOid.invalidityDate,
  ExtensionOid.certificateIssuer,
]);

/** DER of `critical TRUE`: a list without these octets has no critical entry extension. */
const criticalMark = Buffer.from([Tag.Boolean, 1, 0xff]);

/**
 * The entries of a list, where they lie: a list of a million costs no memory beyond its own octets. A look-up searches
 * for the octets of the serial number, and walks the entries only when they occur.
 */
export class CrlEntries {
  private unknownCritical: boolean | undefined;

  constructor(
    private readonly list: DerElement | undefined,
    private readonly crlIssuer: Name,
  ) {}

  get haveUnknownCritical(): boolean {
    return (this.unknownCritical ??= parsing('CRL_MALFORMED', 'CRL entries', () => {
      if (!this.list?.content.includes(criticalMark)) return false;
      for (const fields of this.walk()) {
        for (const { oid, critical } of fields.extensions().values()) {
          if (critical && !understood.has(oid)) return true;
        }
      }
      return false;
    }));
  }

  find(serial: string, certificateIssuer: Name): CrlEntry | undefined {
    return parsing('CRL_MALFORMED', 'CRL entries', () => {
      const wanted = Buffer.from(serial, 'hex');
      if (!this.list?.content.includes(der.element(Tag.Integer, wanted))) return undefined;
      // RFC 5280 §5.3.3: an entry's issuer is that named by it or the nearest entry before, else the list's own
      let issuer = this.crlIssuer;
      let found: CrlEntry | undefined;
      for (const fields of this.walk()) {
        const named = fields.hasExtensions ? readCertificateIssuer(fields.extensions()) : undefined;
        issuer = named ?? issuer;
        if (fields.serial.content.equals(wanted) && issuer.equals(certificateIssuer)) {
          found = { revokedAt: fields.revokedAt(), reason: readReason(fields.extensions()) };
        }
      }
      return found;
    });
  }

  private *walk(): Generator<EntryFields, void> {
    for (const entry of this.list?.children() ?? []) {
      if (entry.tag !== Tag.Sequence) entry.refuse('a CRL entry is a SEQUENCE');
      yield new EntryFields(entry.children());
    }
  }
}

class EntryFields {
  readonly serial: DerElement;
  private readonly time: DerElement;
  private readonly extensionList: DerElement | undefined;

  constructor(reader: DerReader) {
    this.serial = reader.read(Tag.Integer);
    this.time = reader.next();
    this.extensionList = reader.optional(Tag.Sequence);
    reader.finish();
  }

  get hasExtensions(): boolean {
    return this.extensionList !== undefined;
  }

  revokedAt(): Date {
    return this.time.time();
  }

  extensions(): ReadonlyMap<string, RawExtension> {
    return this.extensionList ? readExtensions(this.extensionList.children()) : new Map<string, RawExtension>();
  }
}

function readCertificateIssuer(extensions: ReadonlyMap<string, RawExtension>): Name | undefined {
  const extension = extensions.get(ExtensionOid.certificateIssuer);
  if (!extension) return undefined;
  const names = readGeneralNames(DerReader.only(extension.value, Tag.Sequence).children());
  return names.find((name) => name.kind === 'directory')?.value;
}

function readReason(extensions: ReadonlyMap<string, RawExtension>): number {
  const extension = extensions.get(ExtensionOid.reasonCode);
  return extension ? enumerated(DerReader.only(extension.value, Tag.Enumerated)) : 0;
}

function enumerated(element: DerElement): number {
  const value = element.integer();
  if (value < 0 || value > 10 || value === 7) element.refuse('a revocation reason is of no known number');
  return value;
}

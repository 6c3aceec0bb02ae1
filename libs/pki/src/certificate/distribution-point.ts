import { DerElement, DerReader, constructed, primitive } from '../asn1';
import { GeneralName, readGeneralNames } from './general-name';

/** Bits of ReasonFlags (RFC 5280 §4.2.1.13); bit 0 is unused. */
export type RevocationReasons = ReadonlySet<number>;

export const allReasons: RevocationReasons = new Set([1, 2, 3, 4, 5, 6, 7, 8]);

/** DistributionPointName: whole names, or one RDN (its DER as a SET) to be appended to the CRL issuer's name. */
export type DistributionPointName = { readonly fullName: readonly GeneralName[] } | { readonly relativeName: Buffer };

export interface CrlDistributionPoint {
  readonly name: DistributionPointName | undefined;
  readonly reasons: RevocationReasons | undefined;
  readonly crlIssuer: readonly GeneralName[] | undefined;
}

export const readDistributionPoints = (element: DerElement): readonly CrlDistributionPoint[] =>
  Array.from(element.children(), (point) => {
    const reader = point.children();
    const name = readDistributionPointName(reader.optional(constructed(0)));
    const reasons = reader.optional(primitive(1))?.bitNumbers();
    const crlIssuer = reader.optional(constructed(2));
    reader.finish();
    return { name, reasons, crlIssuer: crlIssuer && readGeneralNames(crlIssuer.children()) };
  });

/** The content of `[0] DistributionPointName`, a CHOICE and so tagged explicitly. */
export function readDistributionPointName(field: DerElement | undefined): DistributionPointName | undefined {
  if (!field) return undefined;
  const reader: DerReader = field.children();
  const choice = reader.next();
  reader.finish();
  switch (choice.tag) {
    case constructed(0):
      return { fullName: readGeneralNames(choice.children()) };
    case constructed(1): {
      // nameRelativeToCRLIssuer is an IMPLICIT SET: give it its universal tag back
      const relativeName = Buffer.from(choice.raw);
      relativeName[0] = 0x31;
      return { relativeName };
    }
    default:
      return choice.refuse('a distribution point name is of no known form');
  }
}

/** The http and https addresses of a distribution point. */
export const distributionUrls = (point: CrlDistributionPoint): readonly string[] =>
  point.name && 'fullName' in point.name
    ? point.name.fullName.flatMap((name) => (name.kind === 'uri' && /^https?:/i.test(name.value) ? [name.value] : []))
    : [];

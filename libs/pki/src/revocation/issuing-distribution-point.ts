import { DerElement, constructed, primitive } from '../asn1';
import { DistributionPointName, RevocationReasons, readDistributionPointName } from '../certificate';

/** What a CRL covers (RFC 5280 §5.2.5). */
export interface IssuingDistributionPoint {
  readonly name: DistributionPointName | undefined;
  readonly onlyUserCertificates: boolean;
  readonly onlyAuthorityCertificates: boolean;
  readonly onlyAttributeCertificates: boolean;
  /** Undefined: all. */
  readonly onlySomeReasons: RevocationReasons | undefined;
  /** It lists certificates of other issuers too. */
  readonly indirect: boolean;
}

export function readIssuingDistributionPoint(element: DerElement): IssuingDistributionPoint {
  const reader = element.children();
  const name = readDistributionPointName(reader.optional(constructed(0)));
  const onlyUserCertificates = reader.optional(primitive(1))?.boolean() ?? false;
  const onlyAuthorityCertificates = reader.optional(primitive(2))?.boolean() ?? false;
  const onlySomeReasons = reader.optional(primitive(3))?.bitNumbers();
  const indirect = reader.optional(primitive(4))?.boolean() ?? false;
  const onlyAttributeCertificates = reader.optional(primitive(5))?.boolean() ?? false;
  reader.finish();
  return {
    name,
    onlyUserCertificates,
    onlyAuthorityCertificates,
    onlyAttributeCertificates,
    onlySomeReasons,
    indirect,
  };
}

import { der } from '../asn1';
import { ExtensionOid, KeyUsage, Name, keyUsageNames } from '../certificate';

/** One encoded Extension (RFC 5280 §4.1). */
export const encodeExtension = (oid: string, value: Uint8Array, critical = false): Buffer =>
  der.sequence(der.oid(oid), ...(critical ? [der.boolean(true)] : []), der.octetString(value));

export const encodeBasicConstraints = (ca: boolean, pathLength?: number): Buffer =>
  encodeExtension(
    ExtensionOid.basicConstraints,
    der.sequence(...(ca ? [der.boolean(true)] : []), ...(pathLength === undefined ? [] : [der.integer(pathLength)])),
    true,
  );

export const encodeKeyUsage = (usages: readonly KeyUsage[]): Buffer =>
  encodeExtension(ExtensionOid.keyUsage, der.namedBits(usages.map((usage) => keyUsageNames.indexOf(usage))), true);

/** RFC 3161 §2.3: a TSA's purpose is critical; elsewhere it need not be. */
export const encodeExtendedKeyUsage = (purposes: readonly string[], critical = false): Buffer =>
  encodeExtension(ExtensionOid.extendedKeyUsage, der.sequence(...purposes.map(der.oid)), critical);

export const encodePolicies = (policies: readonly string[]): Buffer =>
  encodeExtension(
    ExtensionOid.certificatePolicies,
    der.sequence(...policies.map((policy) => der.sequence(der.oid(policy)))),
  );

export const encodeCrlDistributionPoints = (urls: readonly string[]): Buffer =>
  encodeExtension(
    ExtensionOid.crlDistributionPoints,
    der.sequence(...urls.map((url) => der.sequence(der.context(0, der.context(0, uriName(url)))))),
  );

export const encodeAuthorityInfoAccess = (access: { ocsp?: readonly string[]; issuers?: readonly string[] }): Buffer =>
  encodeExtension(
    ExtensionOid.authorityInfoAccess,
    der.sequence(
      ...(access.ocsp ?? []).map((url) => der.sequence(der.oid('1.3.6.1.5.5.7.48.1'), uriName(url))),
      ...(access.issuers ?? []).map((url) => der.sequence(der.oid('1.3.6.1.5.5.7.48.2'), uriName(url))),
    ),
  );

export const encodeSubjectAltName = (names: readonly Buffer[]): Buffer =>
  encodeExtension(ExtensionOid.subjectAltName, der.sequence(...names));

/** GeneralName forms, encoded. */
export const emailName = (email: string): Buffer => der.contextPrimitive(1, Buffer.from(email, 'latin1'));
export const uriName = (uri: string): Buffer => der.contextPrimitive(6, Buffer.from(uri, 'latin1'));
export const directoryName = (name: Name): Buffer => der.context(4, name.der);

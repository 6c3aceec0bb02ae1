import { DerElement, DerReader, Tag, primitive } from '../asn1';
import { parsing } from '../errors';
import { CrlDistributionPoint, readDistributionPoints } from './distribution-point';
import { RawExtension } from './extension-map';
import { ExtensionOid } from './extension-oids';
import { GeneralName, readGeneralName, readGeneralNames } from './general-name';
import { KeyUsage, keyUsageNames } from './key-usage';
import { NameConstraints, readNameConstraints } from './name-constraints';
import { PolicyConstraints, PolicyMapping, readPolicyConstraints, readPolicyMappings, readPolicies } from './policies';

export interface BasicConstraints {
  readonly ca: boolean;
  readonly pathLength: number | undefined;
}

export interface AuthorityKeyIdentifier {
  readonly keyIdentifier: Buffer | undefined;
  readonly issuer: readonly GeneralName[] | undefined;
  /** Hex, as `Certificate.serial`. */
  readonly serial: string | undefined;
}

/** The extensions of a certificate (RFC 5280 §4.2), each decoded once, when first asked for; absent ones are undefined. */
export class CertificateExtensions {
  readonly #decoded = new Map<string, unknown>();

  constructor(readonly raw: ReadonlyMap<string, RawExtension>) {}

  get keyUsage(): ReadonlySet<KeyUsage> | undefined {
    return this.decode(ExtensionOid.keyUsage, Tag.BitString, (element) => {
      const names = [...element.bitNumbers()].map((bit) => keyUsageNames[bit]);
      return new Set(names.filter((name) => name !== undefined));
    });
  }

  /** Key purposes as dotted identifiers; see `KeyPurpose`. */
  get extendedKeyUsage(): ReadonlySet<string> | undefined {
    return this.decode(
      ExtensionOid.extendedKeyUsage,
      Tag.Sequence,
      (element) => new Set(Array.from(element.children(), (purpose) => purpose.oid())),
    );
  }

  get basicConstraints(): BasicConstraints | undefined {
    return this.decode(ExtensionOid.basicConstraints, Tag.Sequence, (element) => {
      const reader = element.children();
      const ca = reader.optional(Tag.Boolean)?.boolean() ?? false;
      const pathLength = reader.optional(Tag.Integer)?.integer();
      reader.finish();
      if (pathLength !== undefined && pathLength < 0) element.refuse('a path length is negative');
      return { ca, pathLength };
    });
  }

  get subjectKeyIdentifier(): Buffer | undefined {
    return this.decode(ExtensionOid.subjectKeyIdentifier, Tag.OctetString, (element) => element.content);
  }

  get authorityKeyIdentifier(): AuthorityKeyIdentifier | undefined {
    return this.decode(ExtensionOid.authorityKeyIdentifier, Tag.Sequence, readAuthorityKeyIdentifier);
  }

  get subjectAltName(): readonly GeneralName[] | undefined {
    return this.decode(ExtensionOid.subjectAltName, Tag.Sequence, (element) => readGeneralNames(element.children()));
  }

  /** Policy identifiers, dotted. */
  get certificatePolicies(): ReadonlySet<string> | undefined {
    return this.decode(ExtensionOid.certificatePolicies, Tag.Sequence, readPolicies);
  }

  get policyMappings(): readonly PolicyMapping[] | undefined {
    return this.decode(ExtensionOid.policyMappings, Tag.Sequence, readPolicyMappings);
  }

  get policyConstraints(): PolicyConstraints | undefined {
    return this.decode(ExtensionOid.policyConstraints, Tag.Sequence, readPolicyConstraints);
  }

  /** How many certificates may follow before anyPolicy is no longer honoured. */
  get inhibitAnyPolicy(): number | undefined {
    return this.decode(ExtensionOid.inhibitAnyPolicy, Tag.Integer, (element) => element.integer());
  }

  get nameConstraints(): NameConstraints | undefined {
    return this.decode(ExtensionOid.nameConstraints, Tag.Sequence, readNameConstraints);
  }

  get crlDistributionPoints(): readonly CrlDistributionPoint[] | undefined {
    return this.decode(ExtensionOid.crlDistributionPoints, Tag.Sequence, readDistributionPoints);
  }

  get freshestCrl(): readonly CrlDistributionPoint[] | undefined {
    return this.decode(ExtensionOid.freshestCrl, Tag.Sequence, readDistributionPoints);
  }

  /** Where OCSP is answered: the http and https addresses, in order. */
  get ocspUrls(): readonly string[] {
    const descriptions = this.decode(ExtensionOid.authorityInfoAccess, Tag.Sequence, readAccessDescriptions) ?? [];
    return descriptions.filter(({ method }) => method === '1.3.6.1.5.5.7.48.1').map(({ url }) => url);
  }

  /** RFC 6960 §4.2.2.2.1: a responder whose own revocation is not to be checked. */
  get ocspNoCheck(): boolean {
    return this.raw.has(ExtensionOid.ocspNoCheck);
  }

  private decode<T>(oid: string, tag: number, read: (element: DerElement) => T): T | undefined {
    const known = this.#decoded.get(oid);
    if (known !== undefined) return known as T;
    const extension = this.raw.get(oid);
    if (extension === undefined) return undefined;
    const value = parsing('CERTIFICATE_MALFORMED', `extension ${oid}`, () =>
      read(DerReader.only(extension.value, tag)),
    );
    this.#decoded.set(oid, value);
    return value;
  }
}

function readAuthorityKeyIdentifier(element: DerElement): AuthorityKeyIdentifier {
  const reader = element.children();
  const keyIdentifier = reader.optional(primitive(0))?.content;
  const issuerField = reader.optional(0xa1);
  const serial = reader.optional(primitive(2))?.integerBytes().toString('hex');
  reader.finish();
  return { keyIdentifier, issuer: issuerField && readGeneralNames(issuerField.children()), serial };
}

function readAccessDescriptions(element: DerElement): { method: string; url: string }[] {
  const found: { method: string; url: string }[] = [];
  for (const description of element.children()) {
    const reader = description.children();
    const method = reader.read(Tag.Oid).oid();
    const location = readGeneralName(reader.next());
    if (location.kind === 'uri' && /^https?:/i.test(location.value)) found.push({ method, url: location.value });
  }
  return found;
}

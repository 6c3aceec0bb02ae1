import { KeyObject, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { SignatureScheme } from '../algorithms';
import { der } from '../asn1';
import { Certificate, ExtensionOid, KeyPurpose, Name } from '../certificate';
import { SigningKey, SigningOptions, createSigningKey, writePkcs12 } from '../keys';
import {
  encodeAuthorityInfoAccess,
  encodeBasicConstraints,
  encodeCrlDistributionPoints,
  encodeExtendedKeyUsage,
  encodeExtension,
  encodeKeyUsage,
  encodePolicies,
} from './extension-encoding';
import { Issuer, issueCertificate, issueSelfSigned } from './issue-certificate';
import { RevokedCertificate, issueCrl } from './issue-crl';

export type KeyType = 'RSA-2048' | 'RSA-3072' | 'RSA-4096' | 'P-256' | 'P-384' | 'P-521' | 'Ed25519';

/** From when to when a certificate is valid; a day ago to two years ahead unless said. */
export interface Validity {
  readonly notBefore?: Date;
  readonly notAfter?: Date;
}

export interface IssueOptions extends Validity {
  readonly keyType?: KeyType;
  /** The subject's existing key; a new one of `keyType` unless given. */
  readonly privateKey?: KeyObject;
  readonly scheme?: SignatureScheme;
  readonly policies?: readonly string[];
  /** Encoded extensions beyond the usual ones. */
  readonly extensions?: readonly Buffer[];
}

/** Where certificates of an authority say that their status is to be had. */
export interface StatusAddresses {
  readonly crl?: string;
  readonly ocsp?: string;
}

/** A certificate with its private key and its issuers up to the root, nearest first. */
export interface IssuedKey {
  readonly certificate: Certificate;
  readonly privateKey: KeyObject;
  readonly chain: readonly Certificate[];
  signingKey(options?: SigningOptions): SigningKey;
  pkcs12(password: string): Buffer;
}

const day = 86_400_000;

/**
 * A certificate authority that keeps its keys in memory: it issues the sample certificates of demonstrations and tests,
 * shaped as those of the national special-purpose CA are.
 */
export class CertificateAuthority {
  private readonly revocations: RevokedCertificate[] = [];
  private crlNumber = 0;

  private constructor(
    readonly certificate: Certificate,
    readonly privateKey: KeyObject,
    /** Issuers above, nearest first; empty for a root. */
    readonly chain: readonly Certificate[],
    private readonly status: StatusAddresses,
  ) {}

  static createRoot(name: Name, options: IssueOptions & { status?: StatusAddresses } = {}): CertificateAuthority {
    const privateKey = options.privateKey ?? generatePrivateKey(options.keyType ?? 'P-256');
    const request = {
      subject: name,
      ...settle(options, 20 * 365),
      extensions: [...authorityExtensions(), ...(options.extensions ?? [])],
      ...(options.scheme && { scheme: options.scheme }),
    };
    return new CertificateAuthority(issueSelfSigned(request, privateKey), privateKey, [], options.status ?? {});
  }

  /** An authority known from earlier: its key and certificate were kept. */
  static restore(
    certificate: Certificate,
    privateKey: KeyObject,
    chain: readonly Certificate[] = [],
    status: StatusAddresses = {},
  ): CertificateAuthority {
    return new CertificateAuthority(certificate, privateKey, chain, status);
  }

  /** An authority under this one. */
  createIntermediate(
    name: Name,
    options: IssueOptions & { pathLength?: number; status?: StatusAddresses } = {},
  ): CertificateAuthority {
    const privateKey = options.privateKey ?? generatePrivateKey(options.keyType ?? 'P-256');
    const extensions = authorityExtensions(options.pathLength);
    const issued = this.issue(name, extensions, { ...options, privateKey }, 10 * 365);
    return new CertificateAuthority(issued.certificate, privateKey, issued.chain, options.status ?? {});
  }

  /** A person's or an agency's certificate for signing documents. */
  issueSigner(name: Name, options: IssueOptions = {}): IssuedKey {
    return this.issue(name, [encodeKeyUsage(['digitalSignature', 'nonRepudiation'])], options);
  }

  issueTimestamper(name: Name, options: IssueOptions = {}): IssuedKey {
    const usage = [encodeKeyUsage(['digitalSignature']), encodeExtendedKeyUsage([KeyPurpose.timeStamping], true)];
    return this.issue(name, usage, options);
  }

  /** An OCSP responder that this authority delegates to (RFC 6960 §4.2.2.2), itself exempt from checking. */
  issueOcspResponder(name: Name, options: IssueOptions = {}): IssuedKey {
    const usage = [
      encodeKeyUsage(['digitalSignature']),
      encodeExtendedKeyUsage([KeyPurpose.ocspSigning]),
      encodeExtension(ExtensionOid.ocspNoCheck, der.nullValue()),
    ];
    return this.issue(name, usage, options);
  }

  /** Issues with exactly these extensions, besides key identifiers, policies and status addresses. */
  issue(name: Name, extensions: readonly Buffer[], options: IssueOptions = {}, days = 2 * 365): IssuedKey {
    const privateKey = options.privateKey ?? generatePrivateKey(options.keyType ?? 'P-256');
    const certificate = issueCertificate(
      {
        subject: name,
        publicKey: createPublicKey(privateKey),
        ...settle(options, days),
        extensions: [
          ...extensions,
          ...(options.policies ? [encodePolicies(options.policies)] : []),
          ...(this.status.crl ? [encodeCrlDistributionPoints([this.status.crl])] : []),
          ...(this.status.ocsp ? [encodeAuthorityInfoAccess({ ocsp: [this.status.ocsp] })] : []),
          ...(options.extensions ?? []),
        ],
        ...(options.scheme && { scheme: options.scheme }),
      },
      this.issuer,
    );
    return issuedKey(certificate, privateKey, [this.certificate, ...this.chain]);
  }

  /** Marks a certificate as revoked on every CRL issued from now on. `reason` as numbered in RFC 5280 §5.3.1. */
  revoke(certificate: Certificate, revokedAt: Date = new Date(), reason?: number): void {
    this.revocations.push({ serial: certificate.serial, revokedAt, ...(reason !== undefined && { reason }) });
  }

  get revoked(): readonly RevokedCertificate[] {
    return this.revocations;
  }

  /** DER of a complete CRL of everything revoked so far; valid from an hour ago for a week unless said. */
  crl(thisUpdate = new Date(Date.now() - day / 24), nextUpdate = new Date(thisUpdate.getTime() + 7 * day)): Buffer {
    this.crlNumber += 1;
    return issueCrl({ number: this.crlNumber, thisUpdate, nextUpdate, revoked: this.revocations }, this.issuer);
  }

  get issuer(): Issuer {
    return { certificate: this.certificate, privateKey: this.privateKey };
  }
}

export function generatePrivateKey(type: KeyType): KeyObject {
  switch (type) {
    case 'RSA-2048':
    case 'RSA-3072':
    case 'RSA-4096':
      return generateKeyPairSync('rsa', { modulusLength: Number(type.slice(4)) }).privateKey;
    case 'P-256':
    case 'P-384':
    case 'P-521':
      return generateKeyPairSync('ec', { namedCurve: type }).privateKey;
    case 'Ed25519':
      return generateKeyPairSync('ed25519').privateKey;
  }
}

const authorityExtensions = (pathLength?: number): Buffer[] => [
  encodeBasicConstraints(true, pathLength),
  encodeKeyUsage(['keyCertSign', 'cRLSign']),
];

function settle(validity: Validity, days: number): { notBefore: Date; notAfter: Date } {
  const notBefore = validity.notBefore ?? new Date(Date.now() - day);
  return { notBefore, notAfter: validity.notAfter ?? new Date(Date.now() + days * day) };
}

const issuedKey = (certificate: Certificate, privateKey: KeyObject, chain: readonly Certificate[]): IssuedKey => ({
  certificate,
  privateKey,
  chain,
  signingKey: (options) => createSigningKey(privateKey, certificate, chain, options),
  pkcs12: (password) => writePkcs12(privateKey, [certificate, ...chain], password),
});

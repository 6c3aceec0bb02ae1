import { Certificate } from '../certificate';
import { PkiError } from '../errors';
import { Crl } from '../revocation/crl';
import { OcspResponse } from '../revocation/ocsp-response';
import { CertificateValidator } from './certificate-validator';
import { Indication, SubIndication } from './indication';
import { ProblemCode } from './problem';
import { trustPolicy } from './trust-policy';

/** One line of a batch: everything in base64 DER, the certificate asked about last in `chain`. */
export interface CertificateCase {
  readonly id?: unknown;
  readonly trust: readonly string[];
  readonly chain: readonly string[];
  readonly crls?: readonly string[];
  readonly ocsp?: readonly string[];
  /** ISO 8601; now unless given. */
  readonly at?: string;
  /** Accepted policies, dotted; any unless some are given. */
  readonly policies?: readonly string[];
  readonly explicitPolicy?: boolean;
  readonly inhibitMapping?: boolean;
  readonly inhibitAny?: boolean;
}

export interface CertificateCaseAnswer {
  readonly id: unknown;
  readonly indication: Indication;
  readonly subIndication?: SubIndication;
  /** The problems found, or the code of the refusal of the line's bytes. */
  readonly problems?: readonly (ProblemCode | PkiError['code'] | 'CASE_MALFORMED')[];
}

/**
 * Answers one case of `cert verify --batch`: a line of JSON, or the object it stands for. Never throws: what cannot be
 * read is INDETERMINATE, with the reason.
 */
export function verifyCertificateCase(line: string | CertificateCase): CertificateCaseAnswer {
  let id: unknown = null;
  try {
    const input = parseCase(line);
    id = input.id ?? null;
    const chain = input.chain.map((der) => Certificate.fromDer(Buffer.from(der, 'base64')));
    const certificate = chain.at(-1);
    if (!certificate) throw new CaseError();
    const { verdict, skipped } = judge(input, certificate, chain);
    const { indication, subIndication } = verdict;
    if (indication === 'TOTAL-PASSED') return { id, indication };
    const problems = [...new Set([...verdict.problems.map((problem) => problem.code), ...skipped])];
    return { id, indication, ...(subIndication && { subIndication }), problems };
  } catch (error) {
    if (error instanceof PkiError) {
      return {
        id,
        indication: 'INDETERMINATE',
        subIndication: 'CERTIFICATE_CHAIN_GENERAL_FAILURE',
        problems: [error.code],
      };
    }
    if (!(error instanceof CaseError)) throw error;
    return { id, indication: 'INDETERMINATE', subIndication: 'POLICY_PROCESSING_ERROR', problems: ['CASE_MALFORMED'] };
  }
}

class CaseError extends Error {}

function judge(input: CertificateCase, certificate: Certificate, chain: readonly Certificate[]) {
  const skipped: PkiError['code'][] = [];
  const anchors = input.trust.map((der) => Certificate.fromDer(Buffer.from(der, 'base64')));
  const policy = trustPolicy(anchors, {
    ...(input.policies?.length && { acceptedPolicies: new Set(input.policies) }),
    explicitPolicy: input.explicitPolicy ?? false,
    inhibitPolicyMapping: input.inhibitMapping ?? false,
    inhibitAnyPolicy: input.inhibitAny ?? false,
  });
  const verdict = new CertificateValidator(policy, 1).validate({
    certificate,
    at: input.at === undefined ? new Date() : new Date(input.at),
    timeProven: input.at !== undefined,
    candidates: chain,
    material: {
      crls: readAll(input.crls, (der) => Crl.fromDer(der), skipped),
      ocspResponses: readAll(input.ocsp, (der) => OcspResponse.fromDer(der), skipped),
    },
  });
  return { verdict, skipped };
}

/** A list that cannot be read is as good as none. */
function readAll<T>(texts: readonly string[] = [], read: (der: Buffer) => T, skipped: PkiError['code'][]): T[] {
  return texts.flatMap((text) => {
    try {
      return [read(Buffer.from(text, 'base64'))];
    } catch (error) {
      if (!(error instanceof PkiError)) throw error;
      skipped.push(error.code);
      return [];
    }
  });
}

function parseCase(line: string | CertificateCase): CertificateCase {
  let value: unknown = line;
  if (typeof line === 'string') {
    try {
      value = JSON.parse(line);
    } catch {
      throw new CaseError();
    }
  }
  if (typeof value !== 'object' || value === null) throw new CaseError();
  const given = Object.fromEntries(Object.entries(value).filter(([, field]) => field !== null));
  if (!isCase(given)) throw new CaseError();
  return given;
}

function isCase(fields: Record<string, unknown>): fields is Record<string, unknown> & CertificateCase {
  const isTexts = (field: unknown): boolean =>
    Array.isArray(field) && field.every((entry) => typeof entry === 'string');
  const isOptional = (name: string, test: (field: unknown) => boolean): boolean =>
    fields[name] === undefined || test(fields[name]);
  const isTime = (field: unknown): boolean => typeof field === 'string' && !Number.isNaN(Date.parse(field));
  return (
    isTexts(fields['trust']) &&
    isTexts(fields['chain']) &&
    ['crls', 'ocsp', 'policies'].every((name) => isOptional(name, isTexts)) &&
    isOptional('at', isTime) &&
    ['explicitPolicy', 'inhibitMapping', 'inhibitAny'].every((name) =>
      isOptional(name, (field) => typeof field === 'boolean'),
    )
  );
}

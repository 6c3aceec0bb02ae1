import { Certificate } from '../certificate';
import { PkiError } from '../errors';
import { Indication, SubIndication } from './indication';

/** Why a certificate is not accepted. Stable, for reports. */
export type ProblemCode =
  | 'NO_CERTIFICATE_CHAIN'
  | 'CERTIFICATE_SIGNATURE_INVALID'
  | 'CERTIFICATE_MALFORMED'
  | 'ALGORITHM_NOT_ALLOWED'
  | 'KEY_NOT_ALLOWED'
  | 'CERTIFICATE_EXPIRED'
  | 'CERTIFICATE_NOT_YET_VALID'
  | 'NOT_AN_AUTHORITY'
  | 'PATH_TOO_LONG'
  | 'KEY_USAGE'
  | 'CRITICAL_EXTENSION_UNKNOWN'
  | 'NAME_CONSTRAINTS'
  | 'POLICY_CONSTRAINTS'
  | 'CERTIFICATE_REVOKED'
  | 'REVOCATION_UNKNOWN';

/** One reason, and the certificate it is about. `detail` is for the log, in English. */
export interface Problem {
  readonly code: ProblemCode;
  readonly certificate: Certificate;
  readonly detail?: string;
}

/** A certificate whose key, algorithm or extensions could not be read, as a problem of its path. */
export function problemOf({ code, message }: PkiError, certificate: Certificate): Problem {
  const problem: Partial<Record<PkiError['code'], ProblemCode>> = {
    ALGORITHM_UNSUPPORTED: 'ALGORITHM_NOT_ALLOWED',
    PUBLIC_KEY_UNSUPPORTED: 'KEY_NOT_ALLOWED',
  };
  return { code: problem[code] ?? 'CERTIFICATE_MALFORMED', certificate, detail: message };
}

/** What a clerk reads. */
export const problemTexts: Readonly<Record<ProblemCode, { readonly vi: string; readonly en: string }>> = {
  NO_CERTIFICATE_CHAIN: {
    vi: 'Không tìm được chuỗi chứng thư số tới tổ chức chứng thực tin cậy',
    en: 'No certificate chain to a trusted authority was found',
  },
  CERTIFICATE_SIGNATURE_INVALID: {
    vi: 'Chữ ký của tổ chức chứng thực trên chứng thư số không đúng',
    en: 'The issuer’s signature on the certificate is wrong',
  },
  CERTIFICATE_MALFORMED: { vi: 'Chứng thư số sai định dạng', en: 'The certificate is malformed' },
  ALGORITHM_NOT_ALLOWED: {
    vi: 'Chứng thư số được ký bằng thuật toán không được phép',
    en: 'The certificate is signed with an algorithm that is not allowed',
  },
  KEY_NOT_ALLOWED: {
    vi: 'Khóa công khai của chứng thư số không đủ mạnh hoặc không được hỗ trợ',
    en: 'The certificate’s public key is too weak or of an unsupported kind',
  },
  CERTIFICATE_EXPIRED: { vi: 'Chứng thư số đã hết hạn', en: 'The certificate had expired' },
  CERTIFICATE_NOT_YET_VALID: { vi: 'Chứng thư số chưa có hiệu lực', en: 'The certificate was not yet valid' },
  NOT_AN_AUTHORITY: {
    vi: 'Chứng thư số phát hành không phải của tổ chức chứng thực',
    en: 'The issuing certificate is not that of an authority',
  },
  PATH_TOO_LONG: { vi: 'Chuỗi chứng thư số dài hơn mức cho phép', en: 'The certificate chain is longer than allowed' },
  KEY_USAGE: { vi: 'Khóa không được dùng cho mục đích này', en: 'The key may not be used for this purpose' },
  CRITICAL_EXTENSION_UNKNOWN: {
    vi: 'Chứng thư số có phần mở rộng bắt buộc mà hệ thống không xử lý được',
    en: 'The certificate has a critical extension that cannot be processed',
  },
  NAME_CONSTRAINTS: {
    vi: 'Tên trong chứng thư số nằm ngoài phạm vi được cấp',
    en: 'A name in the certificate lies outside what its issuer may name',
  },
  POLICY_CONSTRAINTS: {
    vi: 'Chuỗi chứng thư số không theo chính sách chứng thư được yêu cầu',
    en: 'The chain does not hold a required certificate policy',
  },
  CERTIFICATE_REVOKED: { vi: 'Chứng thư số đã bị thu hồi', en: 'The certificate was revoked' },
  REVOCATION_UNKNOWN: {
    vi: 'Chưa xác định được tình trạng thu hồi của chứng thư số',
    en: 'Whether the certificate was revoked could not be determined',
  },
};

type Outcome = readonly [Exclude<Indication, 'TOTAL-PASSED'>, SubIndication];

const outcomes: Readonly<Record<ProblemCode, Outcome>> = {
  NO_CERTIFICATE_CHAIN: ['INDETERMINATE', 'NO_CERTIFICATE_CHAIN_FOUND'],
  CERTIFICATE_SIGNATURE_INVALID: ['INDETERMINATE', 'CERTIFICATE_CHAIN_GENERAL_FAILURE'],
  CERTIFICATE_MALFORMED: ['INDETERMINATE', 'CERTIFICATE_CHAIN_GENERAL_FAILURE'],
  ALGORITHM_NOT_ALLOWED: ['INDETERMINATE', 'CRYPTO_CONSTRAINTS_FAILURE'],
  KEY_NOT_ALLOWED: ['INDETERMINATE', 'CRYPTO_CONSTRAINTS_FAILURE'],
  CERTIFICATE_EXPIRED: ['TOTAL-FAILED', 'EXPIRED'],
  CERTIFICATE_NOT_YET_VALID: ['TOTAL-FAILED', 'NOT_YET_VALID'],
  NOT_AN_AUTHORITY: ['INDETERMINATE', 'CHAIN_CONSTRAINTS_FAILURE'],
  PATH_TOO_LONG: ['INDETERMINATE', 'CHAIN_CONSTRAINTS_FAILURE'],
  KEY_USAGE: ['INDETERMINATE', 'CHAIN_CONSTRAINTS_FAILURE'],
  CRITICAL_EXTENSION_UNKNOWN: ['INDETERMINATE', 'CERTIFICATE_CHAIN_GENERAL_FAILURE'],
  NAME_CONSTRAINTS: ['INDETERMINATE', 'CHAIN_CONSTRAINTS_FAILURE'],
  POLICY_CONSTRAINTS: ['INDETERMINATE', 'CHAIN_CONSTRAINTS_FAILURE'],
  CERTIFICATE_REVOKED: ['TOTAL-FAILED', 'REVOKED'],
  REVOCATION_UNKNOWN: ['INDETERMINATE', 'TRY_LATER'],
};

/** Without proof of when a key was used, or for an authority above the signer, time decides nothing for certain. */
const outcomesWithoutProof: Partial<Record<ProblemCode, Outcome>> = {
  CERTIFICATE_EXPIRED: ['INDETERMINATE', 'OUT_OF_BOUNDS_NO_POE'],
  CERTIFICATE_NOT_YET_VALID: ['INDETERMINATE', 'OUT_OF_BOUNDS_NO_POE'],
  CERTIFICATE_REVOKED: ['INDETERMINATE', 'REVOKED_NO_POE'],
  ALGORITHM_NOT_ALLOWED: ['INDETERMINATE', 'CRYPTO_CONSTRAINTS_FAILURE_NO_POE'],
  KEY_NOT_ALLOWED: ['INDETERMINATE', 'CRYPTO_CONSTRAINTS_FAILURE_NO_POE'],
};

/**
 * The outcome of a problem for the certificate `leaf` (ETSI EN 319 102-1 §5.2.6, §5.6.2).
 *
 * @param timeProven the time validated at is known to be that of the signature, rather than merely "now"
 */
export function outcomeOf({ code, certificate }: Problem, leaf: Certificate, timeProven: boolean): Outcome {
  const isLeaf = certificate.equals(leaf);
  if (code === 'CERTIFICATE_REVOKED' && !isLeaf) return ['INDETERMINATE', 'REVOKED_CA_NO_POE'];
  return (timeProven && isLeaf ? undefined : outcomesWithoutProof[code]) ?? outcomes[code];
}

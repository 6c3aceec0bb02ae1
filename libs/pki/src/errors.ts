/**
 * Why something was refused. Codes are stable: callers, reports and command lines show and test them.
 *
 * `*_MALFORMED`: the bytes are not what they claim to be. `*_UNSUPPORTED`: well formed, but outside what we verify.
 */
export type PkiErrorCode =
  | 'DER_MALFORMED'
  | 'PEM_MALFORMED'
  | 'CERTIFICATE_MALFORMED'
  | 'CRL_MALFORMED'
  | 'OCSP_MALFORMED'
  | 'CMS_MALFORMED'
  | 'TIMESTAMP_MALFORMED'
  | 'ALGORITHM_UNSUPPORTED'
  | 'PUBLIC_KEY_UNSUPPORTED'
  | 'KEY_TOO_WEAK'
  | 'HASH_TOO_WEAK'
  | 'KEY_CERTIFICATE_MISMATCH'
  | 'KEY_USAGE_REFUSED'
  | 'CERTIFICATE_EXPIRED'
  | 'CERTIFICATE_NOT_YET_VALID'
  | 'PKCS12_MALFORMED'
  | 'PKCS12_WRONG_PASSWORD'
  | 'PKCS12_UNSUPPORTED'
  | 'PKCS12_NO_KEY'
  | 'PKCS12_NO_CERTIFICATE'
  | 'PKCS11_UNAVAILABLE'
  | 'PKCS11_TOKEN_NOT_FOUND'
  | 'PKCS11_PIN_REFUSED'
  | 'PKCS11_KEY_NOT_FOUND'
  | 'PKCS11_CERTIFICATE_NOT_FOUND'
  | 'PKCS11_FAILED'
  | 'SIGNATURE_VALUE_INVALID'
  | 'TIMESTAMP_REFUSED'
  | 'TIMESTAMP_MISMATCH'
  | 'TIMESTAMP_INVALID'
  | 'OCSP_REFUSED'
  | 'OCSP_NONCE_MISMATCH'
  | 'HTTP_ADDRESS_REFUSED'
  | 'HTTP_UNREACHABLE'
  | 'HTTP_TIMEOUT'
  | 'HTTP_STATUS'
  | 'HTTP_TOO_LARGE'
  | 'ISSUING_REFUSED';

/** Every refusal of this library. `detail` names what was found; `cause` is the refusal underneath, if any. */
export class PkiError extends Error {
  override readonly name = 'PkiError';

  constructor(
    readonly code: PkiErrorCode,
    readonly detail: string,
    options?: ErrorOptions,
  ) {
    super(`${code}: ${detail}`, options);
  }
}

/** Runs a parser of `what`, turning refusals of the encoding underneath into one code the caller can name. */
export function parsing<T>(code: PkiErrorCode, what: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (error instanceof PkiError && error.code !== 'DER_MALFORMED') throw error;
    throw new PkiError(code, `${what}: ${error instanceof PkiError ? error.detail : String(error)}`, { cause: error });
  }
}

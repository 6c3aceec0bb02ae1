/** Why a file could not be read or signed. The code is stable; the message names the place, in English. */
export type PadesErrorCode =
  | 'not-a-pdf'
  | 'damaged'
  | 'too-complex'
  | 'encrypted'
  | 'no-changes-allowed'
  | 'field-not-usable'
  | 'anchor-not-found'
  | 'bad-image'
  | 'signature-too-large'
  | 'prepared-file-changed'
  | 'signature-does-not-match'
  | 'not-signed'
  | 'not-valid';

/** Every refusal of this library; anything else that is thrown is a defect. */
export class PadesError extends Error {
  constructor(
    readonly code: PadesErrorCode,
    message: string,
  ) {
    super(message);
    this.name = 'PadesError';
  }
}

/** The file breaks ISO 32000 at this byte; a viewer might repair it, a validator must not. */
export function damaged(what: string, offset?: number): PadesError {
  return new PadesError('damaged', offset === undefined ? what : `${what} (at byte ${offset})`);
}

import { PkiError } from '../../errors';

/** Sessions, objects and slots are opaque octets. */
export type Handle = Buffer;

export interface Attribute {
  readonly type: number;
  readonly value?: number | boolean | string | Buffer;
}

export interface Mechanism {
  readonly mechanism: number;
  readonly parameter?: {
    readonly type: number;
    readonly hashAlg: number;
    readonly mgf: number;
    readonly saltLen: number;
  };
}

/** As much of PKCS#11 (OASIS, v2.40) as signing needs, as the `pkcs11js` addon offers it. */
export interface Cryptoki {
  load(library: string): void;
  C_Initialize(options?: { flags: number }): void;
  C_Finalize(): void;
  C_GetSlotList(tokenPresent: boolean): Handle[];
  C_GetTokenInfo(slot: Handle): { readonly label: string; readonly serialNumber: string };
  C_OpenSession(slot: Handle, flags: number): Handle;
  C_CloseSession(session: Handle): void;
  C_Login(session: Handle, userType: number, pin: string): void;
  C_FindObjectsInit(session: Handle, template: Attribute[]): void;
  C_FindObjects(session: Handle, most: number): Handle[];
  C_FindObjectsFinal(session: Handle): void;
  C_GetAttributeValue(session: Handle, object: Handle, template: Attribute[]): { readonly value: Buffer }[];
  C_SignInit(session: Handle, mechanism: Mechanism, key: Handle): void;
  C_SignAsync(session: Handle, data: Buffer, signature: Buffer): Promise<Buffer>;
}

/** Numbers of the standard. */
export const Ck = {
  serialSession: 0x4,
  osLocking: 0x2,
  user: 1,
  certificateObject: 1,
  privateKeyObject: 3,
  class: 0x0,
  label: 0x3,
  value: 0x11,
  keyType: 0x100,
  id: 0x102,
  rsaKey: 0x0,
  ecKey: 0x3,
  rsaPkcs: 0x1,
  rsaPkcsPss: 0xd,
  ecdsa: 0x1041,
  /** pkcs11js' own mark for RSA-PSS parameters. */
  pssParameters: 5,
} as const;

const Ckr = {
  userAlreadyLoggedIn: 0x100,
  cryptokiAlreadyInitialized: 0x191,
} as const;

/** Answers that mean the token, or the library's state, was lost: worth connecting anew. */
const lostCodes: ReadonlySet<number> = new Set([
  0x05, // CKR_GENERAL_ERROR
  0x06, // CKR_FUNCTION_FAILED
  0x30, // CKR_DEVICE_ERROR
  0x32, // CKR_DEVICE_REMOVED
  0x60, // CKR_KEY_HANDLE_INVALID
  0x82, // CKR_OBJECT_HANDLE_INVALID
  0xb0, // CKR_SESSION_CLOSED
  0xb3, // CKR_SESSION_HANDLE_INVALID
  0xe0, // CKR_TOKEN_NOT_PRESENT
  0xe1, // CKR_TOKEN_NOT_RECOGNIZED
  0x03, // CKR_SLOT_ID_INVALID
  0x101, // CKR_USER_NOT_LOGGED_IN
  0x190, // CKR_CRYPTOKI_NOT_INITIALIZED
]);

/** A PIN that is wrong is never tried again: tokens lock after a few. */
const pinCodes: ReadonlySet<number> = new Set([0xa0, 0xa1, 0xa2, 0xa3, 0xa4]);

const codeOf = (error: unknown): number =>
  error instanceof Error && 'code' in error && typeof error.code === 'number' ? error.code : -1;

export const isLost = (error: unknown): boolean => lostCodes.has(codeOf(error));

/** An error of the addon as one of ours. */
export function pkcs11Error(error: unknown, doing: string): PkiError {
  if (error instanceof PkiError) return error;
  const said = error instanceof Error ? error.message : String(error);
  const code = pinCodes.has(codeOf(error)) ? 'PKCS11_PIN_REFUSED' : 'PKCS11_FAILED';
  return new PkiError(code, `${doing}: ${said}`, { cause: error });
}

/** The state wished for may hold already. */
function unless(code: number, act: () => void): void {
  try {
    act();
  } catch (error) {
    if (codeOf(error) !== code) throw error;
  }
}

export function initialize(cryptoki: Cryptoki): void {
  unless(Ckr.cryptokiAlreadyInitialized, () => {
    cryptoki.C_Initialize({ flags: Ck.osLocking });
  });
}

export function login(cryptoki: Cryptoki, session: Handle, pin: string): void {
  unless(Ckr.userAlreadyLoggedIn, () => {
    cryptoki.C_Login(session, Ck.user, pin);
  });
}

interface Addon {
  readonly default: { readonly PKCS11: new () => Cryptoki };
}

/**
 * Loads a PKCS#11 library. The addon is an optional dependency: installations without hardware keys do without.
 *
 * @throws PkiError PKCS11_UNAVAILABLE
 */
export async function loadCryptoki(library: string): Promise<Cryptoki> {
  const addon = 'pkcs11js';
  try {
    const { PKCS11 } = ((await import(addon)) as Addon).default;
    const cryptoki = new PKCS11();
    cryptoki.load(library);
    initialize(cryptoki);
    return cryptoki;
  } catch (error) {
    throw new PkiError('PKCS11_UNAVAILABLE', `${library}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}

/** An error that no repetition can mend: thrown by a handler, it sends the message to the dead letters at once. */
export class Permanent extends Error {
  readonly permanent = true;

  constructor(
    message: string,
    readonly code = 'permanent',
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'Permanent';
  }
}

/** One handling that threw. */
export interface Failure {
  readonly attempt: number;
  /** RFC 3339, UTC. */
  readonly at: string;
  /** The error's stable `code`, or its name where it has none. */
  readonly code: string;
  /** At most 500 characters. */
  readonly message: string;
}

/** Why a message is among the dead letters. */
export type DeathReason =
  /** its handler threw an error marked permanent */
  | 'permanent'
  /** every attempt threw */
  | 'retries-exhausted'
  /** its consumers vanished without an answer more often than the delivery limit allows */
  | 'delivery-limit'
  /** it is no CloudEvent with a JSON body */
  | 'unreadable';

/** True for `Permanent` and for any other error that carries `permanent: true`. */
export const isPermanent = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'permanent' in error && error.permanent === true;

const longestMessage = 500;

export function failureOf(error: unknown, attempt: number, at: Date): Failure {
  const message = error instanceof Error ? error.message : String(error);
  const named = error instanceof Error ? error.name : typeof error;
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return {
    attempt,
    at: at.toISOString(),
    code: typeof code === 'string' && code !== '' ? code : named,
    message: message.length > longestMessage ? `${message.slice(0, longestMessage - 1)}…` : message,
  };
}

/** Why an embedded server could not be had. The code is stable; the message is for the person at the prompt. */
export type EmbeddedErrorCode =
  | 'embedded.postgres-missing'
  | 'embedded.postgres-failed'
  | 'embedded.packages-missing'
  | 'embedded.rabbitmq-missing'
  | 'embedded.rabbitmq-failed'
  | 'embedded.already-running';

export class EmbeddedError extends Error {
  override readonly name = 'EmbeddedError';

  constructor(
    readonly code: EmbeddedErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** A command line's outcome: its exit code. Results go to standard output, everything else to standard error. */
export type Command = (args: readonly string[]) => Promise<number>;

/** A command typed wrongly; its message says how it goes. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

export function tell(text: string): void {
  process.stderr.write(`${text}\n`);
}

export function printJson(value: unknown): void {
  print(JSON.stringify(value));
}

/** Resolves when someone asks this process to end. A second time ends it at once; its private servers end with it. */
export function untilAsked(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => {
        process.once(signal, () => process.exit(130));
        resolve();
      });
    }
  });
}

import { type ChildProcess, fork } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';

interface Answer {
  readonly result?: unknown;
  readonly error?: string;
}

/** A process of its own for one part of a measurement, so that its CPU time is told from the others'. */
export class Worker<Question> {
  private constructor(private readonly child: ChildProcess) {}

  /**
   * @param program absolute path of a program that calls `serve`
   * @param log file its standard error goes to; ours, unless said
   */
  static start<Question>(program: string, log?: string): Worker<Question> {
    const errors = log === undefined ? 2 : openSync(log, 'a');
    const child = fork(program, { stdio: ['ignore', 2, errors, 'ipc'], serialization: 'advanced' });
    if (errors !== 2) closeSync(errors);
    return new Worker(child);
  }

  /** One question at a time. @throws Error with what the process answered, or that it ended. */
  ask<Result>(question: Question): Promise<Result> {
    return new Promise((resolve, reject) => {
      const ended = (code: number | null): void => {
        reject(new Error(`a process of the measurement ended (${String(code)})`));
      };
      this.child.once('exit', ended);
      this.child.once('message', ({ result, error }: Answer) => {
        this.child.off('exit', ended);
        if (error === undefined) resolve(result as Result);
        else reject(new Error(error));
      });
      this.child.send(question as object);
    });
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null) return;
    const gone = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.disconnect();
    await gone;
  }
}

/** The other side: answers each question of the process that started this one, and ends with it. */
export function serve(answer: (question: unknown) => Promise<unknown>): void {
  process.once('disconnect', () => process.exit());
  // Ctrl-C reaches the whole group: the parent ends this process when it is done.
  process.on('SIGINT', () => undefined);
  process.on('message', (question) => {
    answer(question).then(
      (result) => process.send?.({ result } satisfies Answer),
      (error: unknown) => process.send?.({ error: error instanceof Error ? String(error.stack) : String(error) }),
    );
  });
}

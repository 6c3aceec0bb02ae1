export interface GathererOptions {
  /** Largest batch. */
  readonly size: number;
  /** How long, in ms, an incomplete batch waits for more. */
  readonly waitMs: number;
  /** How many batches run side by side. */
  readonly concurrency: number;
}

interface Waiting<T> {
  readonly item: T;
  readonly alone: boolean;
}

/** Gathers what arrives one by one into batches and runs them, so many side by side; while all are busy, the next batch grows. */
export class Gatherer<T> {
  private waiting: Waiting<T>[] = [];
  private running = 0;
  private timer: NodeJS.Timeout | undefined;
  private ripe = false;
  private whenIdle: (() => void)[] = [];

  constructor(
    private readonly options: GathererOptions,
    /** Must not reject. */
    private readonly run: (batch: readonly T[]) => Promise<void>,
  ) {}

  /** `alone`: in a batch of its own. */
  add(item: T, alone = false): void {
    this.waiting.push({ item, alone });
    this.advance();
  }

  /** Forgets what has not been begun; says how much that was. */
  discard(): number {
    const forgotten = this.waiting.length;
    this.waiting = [];
    clearTimeout(this.timer);
    this.timer = undefined;
    return forgotten;
  }

  /** Resolves when no batch is running. */
  idle(): Promise<void> {
    if (this.running === 0) return Promise.resolve();
    return new Promise((resolve) => this.whenIdle.push(resolve));
  }

  private advance(): void {
    while (this.running < this.options.concurrency) {
      const batch = this.next();
      if (batch === undefined) return;
      void this.start(batch);
    }
  }

  private async start(batch: readonly T[]): Promise<void> {
    this.running += 1;
    await this.run(batch);
    this.running -= 1;
    if (this.running === 0) for (const resolve of this.whenIdle.splice(0)) resolve();
    this.advance();
  }

  private next(): T[] | undefined {
    const [first] = this.waiting;
    if (first === undefined) return undefined;
    if (first.alone) return this.take(1);

    const firstAlone = this.waiting.findIndex(({ alone }) => alone);
    const together = Math.min(firstAlone === -1 ? this.waiting.length : firstAlone, this.options.size);
    const complete = together === this.options.size || firstAlone !== -1;
    if (complete || this.ripe || this.options.waitMs === 0) return this.take(together);

    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.ripe = true;
      this.advance();
    }, this.options.waitMs);
    return undefined;
  }

  private take(count: number): T[] {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.ripe = false;
    return this.waiting.splice(0, count).map(({ item }) => item);
  }
}

const FIRST_MS = 200;
const LONGEST_MS = 30_000;
/** So many failing at once is an outage, not a few bad events: nothing more is taken until one is due. */
const MOST_HELD = 5_000;

const backOff = (attempts: number): number => Math.min(LONGEST_MS, FIRST_MS * 2 ** (attempts - 1));

/** When events that failed are tried again: each after its own growing delay, so that none holds up the others. */
export class Retries {
  private readonly delays = new Map<string, { readonly attempts: number; readonly due: number }>();
  private outages = 0;

  /** An event was not taken. */
  failed(position: string): void {
    const attempts = (this.delays.get(position)?.attempts ?? 0) + 1;
    this.delays.set(position, { attempts, due: Date.now() + backOff(attempts) });
  }

  /** Nothing at all was published. @returns in how many ms to try again */
  outage(): number {
    this.outages += 1;
    return backOff(this.outages);
  }

  /** Events were taken. When an outage ends by it, whatever failed meanwhile need not wait longer. */
  succeeded(positions: readonly string[]): void {
    for (const position of positions) this.delays.delete(position);
    if (this.outages === 0) return;
    this.outages = 0;
    for (const [position, { attempts }] of this.delays) this.delays.set(position, { attempts, due: 0 });
  }

  /** The positions that are not due yet. */
  held(): string[] {
    const now = Date.now();
    return [...this.delays].flatMap(([position, { due }]) => (due > now ? [position] : []));
  }

  get full(): boolean {
    return this.delays.size >= MOST_HELD && this.held().length >= MOST_HELD;
  }

  /** Infinity when nothing waits. */
  nextInMs(): number {
    const now = Date.now();
    let next = Infinity;
    for (const { due } of this.delays.values()) if (due > now) next = Math.min(next, due - now);
    return next;
  }
}

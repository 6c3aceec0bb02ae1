import { Injectable } from '@nestjs/common';
import { refusal } from '@axis/edoc';
import { type Caller, SystemStore } from '@axis/storage';
import { LRUCache } from 'lru-cache';

/** How long a withdrawn token or agency may still be honoured. */
const REMEMBERED_MS = 5_000;

/** Who holds which token, without asking the database each time. */
@Injectable()
export class KnownCallers {
  private readonly known = new LRUCache<string, Caller>({ max: 10_000, ttl: REMEMBERED_MS });

  constructor(private readonly systems: SystemStore) {}

  /**
   * Remembered from when it was looked up, not from when it was last used: a withdrawn token ends however busy it is.
   * @throws Refusal `token.invalid`
   */
  async holderOf(token: string): Promise<Caller> {
    const known = this.known.get(token);
    if (known) return known;
    const caller = await this.systems.holderOf(token);
    if (!caller) throw refusal('token.invalid');
    this.known.set(token, caller);
    return caller;
  }

  /** The agencies of a system have changed: this process sees it at once, the others when they next look it up. */
  forget({ systemId }: Caller): void {
    for (const [token, caller] of this.known) if (caller.systemId === systemId) this.known.delete(token);
  }
}

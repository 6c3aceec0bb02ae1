import { Injectable } from '@nestjs/common';
import { refusal } from '@axis/edoc';
import { type Caller, openSecret, SecretBox, SystemStore } from '@axis/storage';
import { LRUCache } from 'lru-cache';

/** How long a system's withdrawn access or changed secret may still be honoured. */
const REMEMBERED_MS = 5_000;

export interface SigningSystem {
  readonly caller: Caller;
  readonly secret: string;
}

/** The systems that sign their calls, with their secrets; those who poll are not looked up each time. */
@Injectable()
export class SigningSystems {
  private readonly known = new LRUCache<string, SigningSystem>({ max: 10_000, ttl: REMEMBERED_MS });

  constructor(
    private readonly systems: SystemStore,
    private readonly box: SecretBox,
  ) {}

  /** @throws Refusal `client.invalid`, `client.secret_not_kept` */
  async find(clientId: string): Promise<SigningSystem> {
    const remembered = this.known.get(clientId);
    if (remembered) return remembered;
    const found = await this.systems.signing(clientId);
    if (!found) throw refusal('client.invalid');
    const { caller, secretSealed } = found;
    if (!secretSealed) throw refusal('client.secret_not_kept', { system: clientId });
    const system = { caller, secret: openSecret(this.box, clientId, secretSealed) };
    this.known.set(clientId, system);
    return system;
  }

  /** What is known of a system has changed: it is looked up anew. */
  forget(clientId: string): void {
    this.known.delete(clientId);
  }
}

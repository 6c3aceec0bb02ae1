import {
  type CanActivate,
  createParamDecorator,
  type ExecutionContext,
  Inject,
  Injectable,
  SetMetadata,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { refusal } from '@axis/edoc';
import { CONFIG, type Config } from '@axis/platform';
import { type Caller, openSecret, SecretBox, SystemStore } from '@axis/storage';
import type { FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';
import { SignedHeaders } from './signed-headers';

/** How long a system's withdrawn access or changed secret may still be honoured. */
const REMEMBERED_MS = 5_000;

const ONCE = 'vxp:once';

/** A call that changes something: its signature is taken once. One that only reads may come again, and pollers' do. */
export const Once = () => SetMetadata(ONCE, true);

/** A call of the VXP protocol, and whose it is. */
export interface VxpCall {
  readonly caller: Caller;
  readonly headers: SignedHeaders;
}

interface SigningSystem {
  readonly caller: Caller;
  readonly secret: string;
}

const calls = new WeakMap<FastifyRequest['raw'], VxpCall>();

/** Lets in systems that sign their calls by their secret. */
@Injectable()
export class SignatureGuard implements CanActivate {
  private readonly known = new LRUCache<string, SigningSystem>({ max: 10_000, ttl: REMEMBERED_MS });

  constructor(
    private readonly systems: SystemStore,
    private readonly box: SecretBox,
    private readonly reflector: Reflector,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const { raw, headers: sent } = context.switchToHttp().getRequest<FastifyRequest>();
    const headers = SignedHeaders.read(sent);
    const { caller, secret } = this.known.get(headers.systemId) ?? (await this.lookUp(headers.systemId));
    const staleAt = headers.check(secret, new Date(), this.config.vxp.clockToleranceMs);
    const once = this.reflector.get<true | undefined>(ONCE, context.getHandler());
    if (once && !(await this.systems.useSignature(headers.hash, staleAt))) throw refusal('signature.header_replayed');
    calls.set(raw, { caller, headers });
    return true;
  }

  /** What is known of a system has changed: it is looked up anew. */
  forget(clientId: string): void {
    this.known.delete(clientId);
  }

  private async lookUp(clientId: string): Promise<SigningSystem> {
    const found = await this.systems.signing(clientId);
    if (!found) throw refusal('client.invalid');
    const { caller, secretSealed } = found;
    if (!secretSealed) throw refusal('client.secret_not_kept', { system: clientId });
    const system = { caller, secret: openSecret(this.box, clientId, secretSealed) };
    this.known.set(clientId, system);
    return system;
  }
}

/** The call that is answered. */
export const CurrentCall = createParamDecorator((_: unknown, context: ExecutionContext): VxpCall => {
  const call = calls.get(context.switchToHttp().getRequest<FastifyRequest>().raw);
  if (!call) throw new Error('The call was not checked by the signature guard.');
  return call;
});

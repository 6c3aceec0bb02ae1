import { type CanActivate, createParamDecorator, type ExecutionContext, Injectable } from '@nestjs/common';
import { refusal } from '@axis/edoc';
import { type Caller, SystemStore } from '@axis/storage';
import type { FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';

/** How long a withdrawn token or agency may still be honoured. */
const REMEMBERED_MS = 5_000;

const callers = new WeakMap<FastifyRequest['raw'], Caller>();

/** Lets in systems that show a bearer token (RFC 6750). */
@Injectable()
export class AccessGuard implements CanActivate {
  private readonly known = new LRUCache<string, Caller>({ max: 10_000, ttl: REMEMBERED_MS });

  constructor(private readonly systems: SystemStore) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const token = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
    if (token === undefined) throw refusal('token.missing');
    const caller = this.known.get(token) ?? (await this.lookUp(token));
    callers.set(request.raw, caller);
    return true;
  }

  /** The agencies of a system have changed: this process sees it at once. */
  forget({ systemId }: Caller): void {
    for (const [token, caller] of this.known) if (caller.systemId === systemId) this.known.delete(token);
  }

  /** Remembered from when it was looked up, not from when it was last used: a withdrawn token ends however busy it is. */
  private async lookUp(token: string): Promise<Caller> {
    const caller = await this.systems.holderOf(token);
    if (!caller) throw refusal('token.invalid');
    this.known.set(token, caller);
    return caller;
  }
}

/** The system that makes this request. */
export const CurrentCaller = createParamDecorator((_: unknown, context: ExecutionContext): Caller => {
  const caller = callers.get(context.switchToHttp().getRequest<FastifyRequest>().raw);
  if (!caller) throw refusal('token.missing');
  return caller;
});

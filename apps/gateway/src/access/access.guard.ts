import { type CanActivate, createParamDecorator, type ExecutionContext, Injectable } from '@nestjs/common';
import { refusal } from '@axis/edoc';
import type { Caller } from '@axis/storage';
import type { FastifyRequest } from 'fastify';
import { KnownCallers } from './known-callers';

const callers = new WeakMap<FastifyRequest['raw'], Caller>();

/** Lets in systems that show a bearer token (RFC 6750). */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(private readonly known: KnownCallers) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const token = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
    if (token === undefined) throw refusal('token.missing');
    callers.set(request.raw, await this.known.holderOf(token));
    return true;
  }
}

/** The system that makes this request. */
export const CurrentCaller = createParamDecorator((_: unknown, context: ExecutionContext): Caller => {
  const caller = callers.get(context.switchToHttp().getRequest<FastifyRequest>().raw);
  if (!caller) throw refusal('token.missing');
  return caller;
});

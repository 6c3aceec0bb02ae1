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
import { type Caller, SystemStore } from '@axis/storage';
import type { FastifyRequest } from 'fastify';
import { SignedHeaders } from './signed-headers';
import { SigningSystems } from './signing-systems';

const ONCE = 'vxp:once';

/** A call that changes something: its signature is taken once. One that only reads may come again, and pollers' do. */
export const Once = () => SetMetadata(ONCE, true);

/** A call of the VXP protocol, and whose it is. */
export interface VxpCall {
  readonly caller: Caller;
  readonly headers: SignedHeaders;
}

const calls = new WeakMap<FastifyRequest['raw'], VxpCall>();

/** Lets in systems that sign their calls by their secret. */
@Injectable()
export class SignatureGuard implements CanActivate {
  constructor(
    private readonly signing: SigningSystems,
    private readonly systems: SystemStore,
    private readonly reflector: Reflector,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const { raw, headers: sent } = context.switchToHttp().getRequest<FastifyRequest>();
    const headers = SignedHeaders.read(sent);
    const { caller, secret } = await this.signing.find(headers.systemId);
    const staleAt = headers.check(secret, new Date(), this.config.vxp.clockToleranceMs);
    const once = this.reflector.get<true | undefined>(ONCE, context.getHandler());
    if (once && !(await this.systems.useSignature(headers.hash, staleAt))) throw refusal('signature.header_replayed');
    calls.set(raw, { caller, headers });
    return true;
  }
}

/** The call that is answered. */
export const CurrentCall = createParamDecorator((_: unknown, context: ExecutionContext): VxpCall => {
  const call = calls.get(context.switchToHttp().getRequest<FastifyRequest>().raw);
  if (!call) throw new Error('The call was not checked by the signature guard.');
  return call;
});

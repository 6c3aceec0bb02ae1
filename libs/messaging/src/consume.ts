import { applyDecorators, Catch, type RpcExceptionFilter, UseFilters } from '@nestjs/common';
import { BaseRpcContext, EventPattern } from '@nestjs/microservices';
import type { Incoming } from './event';
import { type QueueSpec, type RoadName, roads } from './topology';

/** Binds handlers to this library's transport and to no other that the same application may have. */
export const AMQP_TRANSPORT = Symbol('axis.amqp');

/** What guards and interceptors see of a batch, and a handler by `@Ctx()`. */
export class ConsumeContext extends BaseRpcContext<[queue: string]> {
  /** The queue's name, without namespace. */
  getQueue(): string {
    return this.getArgs()[0];
  }
}

/** The transport decides by the error itself (permanent or not, its code): Nest's own filter would hide it. */
@Catch()
class HandErrorToTransport implements RpcExceptionFilter<unknown> {
  catch(error: unknown): never {
    throw error;
  }
}

/**
 * The method handles what arrives in this queue, always as a batch, possibly of one:
 * `async handle(messages: readonly Incoming<T>[]): Promise<void>`.
 *
 * Returning acknowledges the whole batch. Throwing from a batch of several has each handed over again alone; throwing from a batch of one
 * sends that message to a delayed retry, or to the dead letters when the error is `Permanent` or its attempts are used up.
 * A message can come twice: handle it by its id.
 *
 * The pattern is the queue, not the event type: two services in one process that take the same event stay independent.
 */
export function Consume(queue: RoadName | QueueSpec) {
  const spec = typeof queue === 'string' ? roads[queue] : queue;
  const decorate = applyDecorators(
    EventPattern(spec.name, AMQP_TRANSPORT, { queue: spec }),
    UseFilters(HandErrorToTransport),
  );
  return <T>(target: object, key: string | symbol, method: HandlerMethod<T>): void => {
    decorate(target, key, method);
  };
}

interface HandlerMethod<T> extends PropertyDescriptor {
  readonly value?: (messages: readonly Incoming<T>[], context: ConsumeContext) => Promise<void>;
}

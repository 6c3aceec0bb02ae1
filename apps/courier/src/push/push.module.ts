import { Module } from '@nestjs/common';
import { SecretsModule } from '@axis/storage';
import { AmqpPush } from './amqp/amqp-push';
import { type Push, PUSHES } from './push';
import { PushToSubscribers } from './push-to-subscribers';
import { ServeSubscription } from './serve-subscription';
import { WebhookPush } from './webhook/webhook-push';

/** Brings events to the systems that asked for it, each in its way. */
@Module({
  imports: [SecretsModule],
  providers: [
    WebhookPush,
    AmqpPush,
    {
      provide: PUSHES,
      inject: [WebhookPush, AmqpPush],
      useFactory: (...pushes: readonly Push[]) => pushes,
    },
    ServeSubscription,
    PushToSubscribers,
  ],
})
export class PushModule {}

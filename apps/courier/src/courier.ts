import { Module } from '@nestjs/common';
import type { Service } from '@axis/service';
import { calendarProvider } from '@axis/storage';
import { KeepFeed } from './feed/keep-feed';
import { WriteFeed } from './feed/write-feed';
import { GiveUpOverdue } from './give-up-overdue';
import { PushModule } from './push/push.module';
import { PutIntoInboxes } from './put-into-inboxes';

@Module({
  imports: [PushModule],
  controllers: [PutIntoInboxes, WriteFeed],
  providers: [calendarProvider, GiveUpOverdue, KeepFeed],
})
class CourierModule {}

export const courier: Service = { name: 'courier', module: CourierModule };

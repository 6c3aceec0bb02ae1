import { Module } from '@nestjs/common';
import type { Service } from '@axis/service';
import { calendarProvider } from '@axis/storage';
import { GiveUpOverdue } from './give-up-overdue';
import { PutIntoInboxes } from './put-into-inboxes';

@Module({ controllers: [PutIntoInboxes], providers: [calendarProvider, GiveUpOverdue] })
class CourierModule {}

export const courier: Service = { name: 'courier', module: CourierModule };

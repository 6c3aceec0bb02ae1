import { Module } from '@nestjs/common';
import type { Service } from '@axis/service';
import { GiveUpOverdue } from './give-up-overdue';
import { PutIntoInboxes } from './put-into-inboxes';

@Module({ controllers: [PutIntoInboxes], providers: [GiveUpOverdue] })
class CourierModule {}

export const courier: Service = { name: 'courier', module: CourierModule };

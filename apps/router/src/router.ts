import { Module } from '@nestjs/common';
import type { Service } from '@axis/service';
import { RouteDocuments } from './route-documents';

@Module({ controllers: [RouteDocuments] })
class RouterModule {}

export const router: Service = { name: 'router', module: RouterModule };

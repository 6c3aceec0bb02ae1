import { Module } from '@nestjs/common';
import type { Service } from '@axis/service';
import { ExpireDocuments } from './expire-documents';
import { RouteDocuments } from './route-documents';
import { Supersede } from './supersede';

@Module({ controllers: [RouteDocuments], providers: [Supersede, ExpireDocuments] })
class RouterModule {}

export const router: Service = { name: 'router', module: RouterModule };

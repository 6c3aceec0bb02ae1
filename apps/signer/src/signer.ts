import { Module } from '@nestjs/common';
import { CONFIG, type Config } from '@axis/platform';
import type { Service } from '@axis/service';
import { KeyRing } from './key-ring';
import { VerifyDocuments } from './verify-documents';

@Module({
  controllers: [VerifyDocuments],
  providers: [{ provide: KeyRing, inject: [CONFIG], useFactory: (config: Config) => KeyRing.open(config) }],
})
class SignerModule {}

export const signer: Service = { name: 'signer', module: SignerModule };

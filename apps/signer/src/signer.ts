import { Module } from '@nestjs/common';
import { CONFIG, type Config } from '@axis/platform';
import type { Service } from '@axis/service';
import { KeyRing } from './key-ring';
import { RaiseSeals } from './raise-seals';
import { SealDocument } from './seal-document';
import { VerifyDocuments } from './verify-documents';

@Module({
  controllers: [VerifyDocuments],
  providers: [
    { provide: KeyRing, inject: [CONFIG], useFactory: (config: Config) => KeyRing.open(config) },
    {
      provide: SealDocument,
      inject: [KeyRing, CONFIG],
      useFactory: (keys: KeyRing, config: Config) => new SealDocument(keys, config),
    },
    RaiseSeals,
  ],
})
class SignerModule {}

export const signer: Service = { name: 'signer', module: SignerModule };

import { type DynamicModule, Module } from '@nestjs/common';
import type { EncryptionConfig } from '../config/config';
import { Sealer } from './sealer';

@Module({})
export class CryptoModule {
  static forRoot(config: EncryptionConfig): DynamicModule {
    return {
      module: CryptoModule,
      global: true,
      providers: [{ provide: Sealer, useFactory: () => new Sealer(config) }],
      exports: [Sealer],
    };
  }
}

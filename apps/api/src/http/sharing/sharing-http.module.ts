import { type DynamicModule, Module } from '@nestjs/common';
import { PUBLIC_URL, PublicUrl } from '../../edge/public-url';
import { SharedController } from './shared.controller';
import { SharesController } from './shares.controller';

@Module({})
export class SharingHttpModule {
  static forRoot({ publicUrl }: { readonly publicUrl: string | undefined }): DynamicModule {
    return {
      module: SharingHttpModule,
      controllers: [SharesController, SharedController],
      providers: [PublicUrl, { provide: PUBLIC_URL, useValue: publicUrl ?? null }],
    };
  }
}

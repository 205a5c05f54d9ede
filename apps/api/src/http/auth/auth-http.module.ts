import { type DynamicModule, Module } from '@nestjs/common';
import { PUBLIC_URL, PublicUrl } from '../../edge/public-url';
import { AuthController, PasswordResetController } from './auth.controller';

@Module({})
export class AuthHttpModule {
  static forRoot({ publicUrl }: { readonly publicUrl: string | undefined }): DynamicModule {
    return {
      module: AuthHttpModule,
      controllers: [AuthController, PasswordResetController],
      providers: [PublicUrl, { provide: PUBLIC_URL, useValue: publicUrl ?? null }],
    };
  }
}

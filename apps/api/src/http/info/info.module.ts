import { type DynamicModule, Module } from '@nestjs/common';
import { INFO_SETTINGS, InfoController, type InfoSettings } from './info.controller';

@Module({})
export class InfoModule {
  static forRoot(settings: InfoSettings): DynamicModule {
    return {
      module: InfoModule,
      controllers: [InfoController],
      providers: [{ provide: INFO_SETTINGS, useValue: settings }],
    };
  }
}

import { Global, Module } from '@nestjs/common';
import { Announcements } from './announcements';

@Global()
@Module({ providers: [Announcements], exports: [Announcements] })
export class AnnouncementsModule {}

import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { UserEntity } from './user.entity';
import { Users } from './users';

@Global()
@Module({ imports: [TypeOrmModule.forFeature([UserEntity])], providers: [Users], exports: [Users] })
export class UsersModule {}

export { foldEmail, foldName, isEmail, usernameFault } from './names';
export { toUser } from './user';
export type { User } from './user';
export { UserEntity } from './user.entity';
export { Users } from './users';
export type { Changed, Credentials, NameChange, NewUser, UserChange } from './users';
export { UsersModule } from './users.module';

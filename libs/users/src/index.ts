export { foldEmail, foldName, isEmail, usernameFault } from './names';
export { toUser } from './user';
export { USER_COLUMNS, userOfColumns } from './user-columns';
export type { UserColumns } from './user-columns';
export type { User } from './user';
export { UserEntity } from './user.entity';
export { Users } from './users';
export type { Changed, Credentials, NameChange, NewUser, UserChange } from './users';
export { UsersModule } from './users.module';

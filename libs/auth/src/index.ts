export { passwordFault } from './passwords/password-fault';
export { PasswordHasher } from './passwords/password-hasher';
export type { PasswordVerdict } from './passwords/password-hasher';

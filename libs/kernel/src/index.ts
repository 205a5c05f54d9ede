export { AppError } from './app-error';
export { Clock, SystemClock } from './clock';
export { errorCatalogue } from './error-catalogue';
export type { ErrorCode, ErrorKind } from './error-catalogue';
export { isId, newId } from './ids';
export { reasons } from './reason';
export type { FieldIssue, Reason, ReasonParams } from './reason';

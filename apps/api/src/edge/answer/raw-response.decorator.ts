import { SetMetadata } from '@nestjs/common';

export const RAW_RESPONSE = Symbol('raw response');

/** The handler's answer goes out as it is, without the envelope. Stands below `@ApiRoute`, which documents it. */
export const RawResponse = (): MethodDecorator => SetMetadata(RAW_RESPONSE, true);

import { Param, type PipeTransform } from '@nestjs/common';
import { ApiParam } from '@nestjs/swagger';

interface PathParamDocs {
  readonly example: string;
  readonly format?: string;
  readonly pattern?: string;
}

/** A part of the path, with what the document says of it. */
export function PathParam(name: string, docs: PathParamDocs, ...pipes: PipeTransform[]): ParameterDecorator {
  return (controller, method = '', index) => {
    Param(name, ...pipes)(controller, method, index);
    const descriptor = Object.getOwnPropertyDescriptor(controller, method) ?? {};
    ApiParam({ name, schema: { type: 'string', ...docs } })(controller, method, descriptor);
  };
}

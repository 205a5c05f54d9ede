import { createServer, IncomingMessage, ServerResponse } from 'node:http';
import { ExpressAdapter } from '@nestjs/platform-express';
import type { Express } from 'express';

/**
 * Makes requests and responses with the prototypes that Express would give them. Where a prototype is changed and fields
 * are added afterwards, V8 makes a hidden class for each single object, and no code is compiled for any of them.
 */
export class ApiServerAdapter extends ExpressAdapter {
  override initHttpServer(): void {
    const express = this.getInstance<Express>();
    class ApiRequest extends IncomingMessage {}
    class ApiResponse extends ServerResponse {}
    Object.setPrototypeOf(ApiRequest.prototype, express.request);
    Object.setPrototypeOf(ApiResponse.prototype, express.response);
    express.request = ApiRequest.prototype as Express['request'];
    express.response = ApiResponse.prototype as Express['response'];
    this.httpServer = createServer({ IncomingMessage: ApiRequest, ServerResponse: ApiResponse }, express);
  }
}

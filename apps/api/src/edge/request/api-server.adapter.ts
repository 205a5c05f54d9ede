import { createServer, IncomingMessage, ServerResponse } from 'node:http';
import { ExpressAdapter } from '@nestjs/platform-express';
import { StreamableFile } from '@nestjs/common';
import type { Express, Response } from 'express';

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

  /** JSON leaves with its head in one piece; all other answers are those of Nest. */
  override reply(response: Response, body: unknown, statusCode?: number): unknown {
    if (!isJson(body) || response.hasHeader('Content-Type')) return super.reply(response, body, statusCode) as unknown;
    const text = JSON.stringify(body);
    response.statusCode = statusCode ?? response.statusCode;
    response.setHeader('Content-Type', 'application/json; charset=utf-8');
    response.setHeader('Content-Length', Buffer.byteLength(text));
    return response.end(text);
  }
}

function isJson(body: unknown): body is object {
  return typeof body === 'object' && body !== null && !(body instanceof StreamableFile);
}

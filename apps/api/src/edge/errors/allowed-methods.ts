import { Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { Application } from 'express';

interface Layer {
  readonly route?: { readonly methods: Readonly<Record<string, boolean>> };
  match(path: string): boolean;
}

/** Which methods a path knows, so that 405 can be told from 404. */
@Injectable()
export class AllowedMethods {
  constructor(private readonly host: HttpAdapterHost) {}

  of(path: string): string[] {
    const { router } = this.host.httpAdapter.getInstance<Application>() as unknown as { router: { stack: Layer[] } };
    const methods = new Set<string>();
    for (const layer of router.stack) {
      if (layer.route === undefined || !layer.match(path)) continue;
      for (const method of Object.keys(layer.route.methods)) methods.add(method.toUpperCase());
    }
    if (methods.has('GET')) methods.add('HEAD');
    return [...methods].sort();
  }
}

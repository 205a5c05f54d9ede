import type { Permission, Scope } from './permission';

/** Who asks. The first argument of every use case. */
export interface Actor {
  readonly userId: string;
  readonly username: string;
  readonly permissions: ReadonlySet<Permission>;
  readonly credential: SessionCredential | ApiKeyCredential;
}

export interface SessionCredential {
  readonly kind: 'session';
  readonly id: string;
}

export interface ApiKeyCredential {
  readonly kind: 'api_key';
  readonly id: string;
  readonly scopes: ReadonlySet<Scope>;
}

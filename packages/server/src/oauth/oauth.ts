import type { IncomingMessage, ServerResponse } from 'node:http';

import type { Grants } from 'ambit';
import type { Authentication } from 'ambit/gateway';
import type { KoaContextWithOIDC } from 'oidc-provider';

import type { Feed } from '../feed/feed.ts';
import type { Log } from '../log.ts';
import type { Narrow } from '../narrow.ts';
import type { Store } from '../store/store.ts';
import { createAdapter } from './adapter.ts';
import type { OAuthConfig, ScopeDescriptions } from './config.ts';
import { clientPayload } from './configuration.ts';
import type { OAuthKeys } from './keys.ts';
import { KnownAccess } from './known.ts';
import { createLimits, type LimitParts } from './limits.ts';
import type { LiveParts } from './live.ts';
import { ACCESS_TOKEN, hashOf, isOpaque } from './opaque.ts';
import { createProvider } from './provider.ts';
import { createSeal } from './seal.ts';
import { createWatch, type Exchange } from './watch.ts';

export interface OAuthParts {
  readonly config: OAuthConfig;
  readonly scopes: ScopeDescriptions;
  readonly keys: OAuthKeys;
  readonly store: Store;
  readonly feed: Feed;
  readonly narrow: Narrow;
  readonly checkGrants: (grants: Grants) => readonly unknown[];
  /** Whether somebody with this subject may still act. */
  readonly isActive: (subject: string) => Promise<boolean>;
  readonly log: Log;
  readonly now?: () => Date;
}

/** The authorization server. */
export interface OAuth {
  /** Answers a request for a path of `isOAuthPath`. */
  readonly handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  /** The grants of an access token of ours at the one resource, or the one answer for all that are not valid. */
  authenticate(token: string): Promise<Authentication>;
}

const INVALID: Authentication = {
  problem: 'invalid_token',
  message: 'The token is not valid: it is malformed, unknown, expired or revoked. Get a new one.',
};

/** Makes the authorization server over an open store. */
export function createOAuth(parts: OAuthParts): OAuth {
  const now = parts.now ?? (() => new Date());
  const resource = `${parts.config.issuer}/graphql`;
  const liveParts: LiveParts = { store: parts.store, narrow: parts.narrow, isActive: parts.isActive, now };
  const limitParts: LimitParts = {
    resource,
    narrow: parts.narrow,
    checkGrants: parts.checkGrants,
    accessTokenSeconds: parts.config.accessTokenSeconds,
  };
  const exchanges = new WeakMap<KoaContextWithOIDC, Exchange>();
  const watch = createWatch(parts.feed, liveParts, exchanges);
  const adapterParts = { store: parts.store, seal: createSeal(parts.keys.cookies), watch, now };
  const provider = createProvider(
    {
      config: parts.config,
      keys: parts.keys,
      limits: createLimits(limitParts),
      limitParts,
      adapter: (model) =>
        model === 'Client'
          ? clientAdapter(parts.store, createAdapter(model, adapterParts))
          : createAdapter(model, adapterParts),
    },
    () => Object.keys(parts.scopes),
  );
  provider.on('server_error', (_ctx, error: Error) =>
    parts.log.error({ reason: error.message }, 'the authorization server failed on a request'),
  );
  const known = new KnownAccess(parts.store, parts.feed, liveParts);
  return {
    handle: provider.callback(),
    async authenticate(token) {
      const live = isOpaque(token, ACCESS_TOKEN) ? await known.find(hashOf(token)) : undefined;
      if (live === undefined || live.audience !== resource || live.jkt !== undefined) return INVALID;
      return { grants: live.grants };
    },
  };
}

// Clients are ours; the library reads them and never writes one.
function clientAdapter(
  store: Store,
  rest: ReturnType<typeof createAdapter>,
): ReturnType<typeof createAdapter> {
  return {
    ...rest,
    async find(id) {
      const client = await store.clients.find(id);
      return client === undefined || client.disabledAt !== undefined ? undefined : clientPayload(client);
    },
    upsert: async () => undefined,
  };
}

/** Whether a path belongs to the authorization server itself; the rest is for the routes of ours. */
export function isOAuthPath(url: string | undefined): boolean {
  const path = (url ?? '').split('?')[0] ?? '';
  if (path === '/.well-known/oauth-authorization-server') return true;
  return path.startsWith('/oauth/') && !path.startsWith('/oauth/interaction/');
}

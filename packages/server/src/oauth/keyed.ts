import type { IncomingMessage, ServerResponse } from 'node:http';

import type ProviderType from 'oidc-provider';
import type { KoaContextWithOIDC } from 'oidc-provider';

import type { AddressOf } from '../clientaddress.ts';
import type { Log } from '../log.ts';
import type { Store } from '../store/store.ts';
import { createAdapter, type RecordWatch } from './adapter.ts';
import { clientAdapter } from './client-adapter.ts';
import type { OAuthConfig, ScopeDescriptions } from './config.ts';
import type { DeviceDoor, FindPerson } from './device-door.ts';
import { registerExchange, type Subject } from './exchange.ts';
import { tellFailures } from './failures.ts';
import type { AroundGrant } from './grants.ts';
import { type OAuthKeys, signingKeyOf } from './keys.ts';
import type { KnownAccess } from './known.ts';
import { createLimits, type TargetParts } from './limits.ts';
import { createProvider } from './provider.ts';
import { createSeal } from './seal.ts';
import type { Together } from './together.ts';
import type { Exchange } from './watch.ts';

/** What of the authorization server holds its keys. A request that began with one set of them ends with it. */
export interface Keyed {
  readonly provider: ProviderType;
  readonly answer: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
}

/** What stays the same whatever the keys are. */
export interface KeyedParts {
  readonly config: OAuthConfig;
  readonly scopes: ScopeDescriptions;
  readonly store: Store;
  readonly findPerson: FindPerson;
  readonly addressOf: AddressOf;
  readonly door: DeviceDoor;
  readonly log: Log;
  readonly watch: RecordWatch;
  readonly together: Together;
  readonly around: AroundGrant;
  readonly known: KnownAccess;
  readonly exchanges: WeakMap<KoaContextWithOIDC, Exchange>;
  readonly targetParts: TargetParts;
  /** Whose token is to be exchanged; nothing where it is not good. */
  readonly recognise: (token: string, address: string | undefined) => Promise<Subject | undefined>;
  readonly now: () => Date;
}

/**
 * Makes it out of keys. Any number may be there at once over one store: what one writes the other reads, as long as it
 * has the secret under which that was sealed.
 */
export function createKeyed(keys: OAuthKeys, parts: KeyedParts): Keyed {
  const { config, store, findPerson, addressOf, door, around, together, watch, now } = parts;
  // Of these keys, and not of those that are there by then: the library can sign with no others.
  const limitParts = { ...parts.targetParts, signingKey: () => signingKeyOf(keys, now()).kid };
  const adapterParts = { store, together, seal: createSeal(keys.cookies), watch, now };
  const provider = createProvider(
    {
      config,
      keys,
      limits: createLimits(limitParts),
      limitParts,
      door,
      findPerson,
      addressOf,
      around,
      adapter: (model) => (model === 'Client' ? clientAdapter(store) : createAdapter(model, adapterParts)),
    },
    parts.known,
    () => Object.keys(parts.scopes),
  );
  const { exchanges, recognise } = parts;
  registerExchange(provider, { ...limitParts, exchanges, together, addressOf, now, recognise });
  tellFailures(provider, parts.log);
  return { provider, answer: provider.callback() };
}

import type { IncomingMessage, ServerResponse } from 'node:http';

import type { Grants } from 'ambit';
import type { Authentication } from 'ambit/gateway';
import type { KoaContextWithOIDC } from 'oidc-provider';

import type { Route } from '../api/route.ts';
import type { Recognition } from '../authority/present.ts';
import { type RateLimits, rateLimitHeaders } from '../authority/ratelimits.ts';
import { type Connection, INVALID } from '../authority/recognise.ts';
import type { PresentedToken } from '../bearer.ts';
import type { AddressOf } from '../clientaddress.ts';
import type { Words } from '../consent/describe.ts';
import type { Feed } from '../feed/feed.ts';
import type { Log } from '../log.ts';
import type { Narrow } from '../narrow.ts';
import { type Pager, Trouble } from '../pages/page.ts';
import { mayAct } from '../people/mayact.ts';
import type { Store } from '../store/store.ts';
import { isAdmitted, takeAddresses } from '../tokens/door.ts';
import type { TokenPolicy } from '../tokens/policy.ts';
import { readRequest } from './body.ts';
import { challenged } from './challenge.ts';
import type { OAuthConfig, ScopeDescriptions } from './config.ts';
import { createDeviceDoor, type FindPerson } from './device-door.ts';
import { isProven } from './dpop.ts';
import type { Subject } from './exchange.ts';
import { answerWithoutKeys, WITHOUT_KEYS } from './failures.ts';
import { type GrantedParts, grantedRoutes } from './granted.ts';
import { createAround } from './grants.ts';
import { type InteractionParts, interactionRoutes } from './interactions.ts';
import { createKeyed, type Keyed, type KeyedParts } from './keyed.ts';
import type { OAuthKeys } from './keys.ts';
import { KnownAccess } from './known.ts';
import type { LiveParts } from './live.ts';
import { ACCESS_TOKEN, hashOf, isOpaque } from './opaque.ts';
import { asIssuer } from './provider.ts';
import { resourceRoutes } from './resource.ts';
import { startSweep } from './sweep.ts';
import { Together } from './together.ts';
import { createWatch, type Exchange } from './watch.ts';

export interface OAuthParts {
  readonly config: OAuthConfig;
  readonly scopes: ScopeDescriptions;
  readonly keys: OAuthKeys;
  readonly store: Store;
  readonly feed: Feed;
  readonly narrow: Narrow;
  /** What holds for every personal token. */
  readonly policy: TokenPolicy;
  readonly checkGrants: (grants: Grants) => readonly unknown[];
  /** Counts requests: of personal tokens too, with which what came of them is counted. */
  readonly limits: RateLimits;
  /** Recognises personal tokens, for their exchange. */
  readonly recognise: (token: string, from: Connection) => Promise<Recognition>;
  /** Where what is asked for is put into words. */
  readonly words: Words;
  /** Makes pages for people who are signed in. */
  readonly page: Pager;
  /** Who is signed in to a browser. */
  readonly findPerson: FindPerson;
  readonly addressOf: AddressOf;
  readonly log: Log;
  readonly now?: () => Date;
}

/** The authorization server. */
export interface OAuth {
  /** Answers a request for a path of `isOAuthPath`. */
  readonly handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  /** Routes of ours beside it. */
  readonly routes: readonly Route[];
  /** The grants of an access token of ours at the one resource, or the one answer for all that are not valid. */
  authenticate(presented: PresentedToken): Promise<Authentication>;
  /** An answer of the gateway with what clients need to know to get a token. */
  challenge(answer: Response): Response;
  /** Has every request from now on answered with other keys. */
  takeKeys(keys: OAuthKeys): void;
  /** Has every request from now on refused, until there are other keys. Opaque tokens are recognised all the same. */
  dropKeys(): void;
  close(): void;
}

/** Makes the authorization server over an open store. */
export function createOAuth(parts: OAuthParts): OAuth {
  const now = parts.now ?? (() => new Date());
  const { config, store } = parts;
  const resource = `${config.issuer}/graphql`;
  const keyedParts = sharedOf(parts, resource, now);
  let keyed: Keyed | undefined = createKeyed(parts.keys, keyedParts);
  return {
    async handle(request, response) {
      const read = await readRequest(request, response);
      if (read === undefined) return;
      if (keyed === undefined) answerWithoutKeys(response);
      else await keyed.answer(asIssuer(read, config.issuer), response);
    },
    routes: routesOf({
      ...parts,
      ...keyedParts.targetParts,
      together: keyedParts.together,
      get provider() {
        if (keyed === undefined) throw new Trouble(503, WITHOUT_KEYS);
        return keyed.provider;
      },
      now,
    }),
    authenticate: (presented) =>
      authenticate(presented, { known: keyedParts.known, resource, store, limits: parts.limits }, now()),
    challenge: (answer) => challenged(answer, config.issuer),
    takeKeys(keys) {
      keyed = createKeyed(keys, keyedParts);
    },
    dropKeys() {
      keyed = undefined;
    },
    close: startSweep(store, parts.log, now),
  };
}

/** What all sets of keys have in common, and what is remembered beyond them. */
function sharedOf(parts: OAuthParts, resource: string, now: () => Date): KeyedParts {
  const { config, store, feed, narrow, checkGrants, policy } = parts;
  const isActive = (subject: string): Promise<boolean> => mayAct(store.people, subject);
  const liveParts: LiveParts = { store, narrow, isActive, policy, now };
  const { jwt, accessTokenSeconds } = config;
  const targetParts = { resource, jwt, narrow, checkGrants, accessTokenSeconds };
  const exchanges = new WeakMap<KoaContextWithOIDC, Exchange>();
  const watch = createWatch(feed, liveParts, exchanges);
  const together = new Together(store, watch.settled);
  const known = new KnownAccess(store, feed, liveParts);
  return {
    ...parts,
    watch,
    together,
    around: createAround(together, now),
    door: createDeviceDoor(parts.findPerson, parts.addressOf),
    known,
    exchanges,
    targetParts,
    recognise: (token, address) => recognise(token, address, known, parts, resource),
    now,
  };
}

function routesOf(parts: InteractionParts & GrantedParts): readonly Route[] {
  return [
    ...resourceRoutes(parts.config.issuer, parts.scopes),
    ...grantedRoutes(parts),
    ...interactionRoutes(parts),
  ];
}

interface DoorParts {
  readonly known: KnownAccess;
  readonly resource: string;
  readonly store: Store;
  readonly limits: RateLimits;
}

const TOO_MANY = {
  problem: 'rate_limited',
  message: 'This token has made as many requests as it may for now.',
} as const;

async function authenticate(
  { token, scheme, proof, method, address }: PresentedToken,
  { known, resource, store, limits }: DoorParts,
  now: Date,
): Promise<Authentication> {
  const live = isOpaque(token, ACCESS_TOKEN) ? await known.find(hashOf(token)) : undefined;
  if (live === undefined || live.audience !== resource) return INVALID;
  // A bound token is of no use as a bearer, and one that is not bound proves nothing (RFC 9449, 7.1 and 7.2).
  const { jkt } = live;
  if ((jkt !== undefined) !== (scheme === 'dpop')) return INVALID;
  const check = jkt === undefined ? undefined : { proof, token, jkt, method, url: resource };
  if (check !== undefined && !(await isProven(check, store, now))) return INVALID;
  const { grants, networks } = takeAddresses(live.grants);
  if (!isAdmitted(address, networks)) return INVALID;
  const { key, limit } = live.counted;
  if (limit === undefined) return { grants };
  const standing = await limits.take(key, limit);
  const headers = rateLimitHeaders('token', standing);
  return standing.isWithin ? { grants, headers } : { ...TOO_MANY, headers };
}

async function recognise(
  token: string,
  address: string | undefined,
  known: KnownAccess,
  parts: OAuthParts,
  resource: string,
): Promise<Subject | undefined> {
  if (isOpaque(token, ACCESS_TOKEN)) {
    const live = await known.find(hashOf(token));
    if (live?.audience !== resource) return undefined;
    const { key, limit } = live.counted;
    const use = async () => limit === undefined || (await parts.limits.take(key, limit)).isWithin;
    return { ...live, parent: hashOf(token), use };
  }
  const found = await parts.recognise(token, { address });
  if (!('grants' in found) || found.credential.kind !== 'personal') return undefined;
  const { expires } = found.grants;
  if (expires === undefined) return undefined;
  const { grants, credential } = found;
  // It was counted when it was recognised.
  const use = async (): Promise<boolean> => true;
  return { grants, expiresAt: new Date(expires), depth: 0, jkt: undefined, parent: credential.id, use };
}

import type { Grants } from 'ambit';

import { type AuditListQuery, type AuditPage, listAudit } from './authority/audit.ts';
import { type AskedChange, changeToken } from './authority/change.ts';
import type { Desk, GrantProblem, Tidings } from './authority/desk.ts';
import { unknownToken } from './authority/ended.ts';
import { createHeld } from './authority/held.ts';
import { issueToken } from './authority/issue.ts';
import { type Leak, revokeLeaked } from './authority/leak.ts';
import { listTokens, type TokenListQuery, type TokenPage } from './authority/list.ts';
import { authenticate, type Recognition } from './authority/present.ts';
import { RateLimits } from './authority/ratelimits.ts';
import type { Connection } from './authority/recognise.ts';
import { revokeToken } from './authority/revoke.ts';
import { linkOf, type NarrowedLink, RevokedLinks } from './authority/revokedlinks.ts';
import { revokeLink } from './authority/revokelink.ts';
import { confirmRootKeys } from './authority/rootkeys.ts';
import { type RotatedToken, type Rotation, rotateToken } from './authority/rotate.ts';
import { revokeSelf, rotateSelf, type SelfToken, showSelf } from './authority/self.ts';
import { type CreatedToken, type ListedToken, shown } from './authority/show.ts';
import { Uses } from './authority/uses.ts';
import { WithdrawnKeys } from './authority/withdrawnkeys.ts';
import type { Feed } from './feed/feed.ts';
import type { Narrow } from './narrow.ts';
import type { RootKeys } from './rootkey.ts';
import type { Store } from './store/store.ts';
import { isPublicId } from './tokens/format.ts';
import { KnownTokens } from './tokens/known.ts';
import { DEFAULT_POLICY, type TokenPolicy } from './tokens/policy.ts';
import type { TokenRequest } from './tokens/request.ts';
import { createVerifier } from './tokens/verify.ts';

export type { GrantProblem, Refusal } from './authority/desk.ts';
export type { CreatedToken, ListedToken } from './authority/show.ts';

export interface AuthorityParts extends Tidings {
  readonly store: Store;
  readonly feed: Feed;
  readonly rootKeys: RootKeys;
  readonly checkGrants: (grants: Grants) => readonly GrantProblem[];
  /** How grants are made less. */
  readonly narrow: Narrow;
  readonly policy?: TokenPolicy | undefined;
  /** What counts requests, where something else counts with it. */
  readonly limits?: RateLimits | undefined;
  /** Told of a key that is among the root keys and was withdrawn: it is as if it were not there. */
  readonly onIgnoredKey?: (keyId: number) => void;
  readonly now?: () => Date;
}

/** Makes, lists, changes, rotates, revokes and recognises personal tokens. */
export interface Authority {
  /** Throws `ServerError`: `GRANTS_REFUSED` with every sentence at once, `EXPIRY_REFUSED`, `INPUT_INVALID`. */
  createToken(request: TokenRequest, createdBy: string): Promise<CreatedToken>;
  listTokens(query?: TokenListQuery): Promise<TokenPage>;
  /** Throws `ServerError` `TOKEN_UNKNOWN`. */
  showToken(id: string): Promise<ListedToken>;
  /** Fulfilled once it counts everywhere. Throws `ServerError`: see `authority/change.ts`. */
  changeToken(id: string, change: AskedChange, changedBy: string): Promise<ListedToken>;
  /** Throws `ServerError`: see `authority/rotate.ts`. */
  rotateToken(id: string, rotation: Rotation, rotatedBy: string): Promise<RotatedToken>;
  /** Fulfilled once the token is refused everywhere. Throws `ServerError` `TOKEN_UNKNOWN`. */
  revokeToken(id: string, revokedBy: string, because?: string): Promise<ListedToken>;
  /** Revokes a narrowed token with all that was narrowed from it. Throws `ServerError` `TOKEN_UNKNOWN`. */
  revokeNarrowed(narrowed: NarrowedLink | string, revokedBy: string): Promise<NarrowedLink>;
  /** What the holder of a token does with it. Throws `ServerError`: see `authority/self.ts`. */
  readonly self: {
    show(bearer: string, connection?: Connection): Promise<SelfToken>;
    rotate(bearer: string, rotation: Rotation, connection?: Connection): Promise<RotatedToken>;
    revoke(bearer: string, connection?: Connection): Promise<{ readonly id: string }>;
  };
  /** Revokes tokens that are no secret any more; says of each whether it is one of ours. */
  revokeLeaked(leaks: readonly Leak[]): Promise<readonly boolean[]>;
  /** What was done to credentials, newest first. */
  listAudit(query: AuditListQuery): Promise<AuditPage>;
  /** The grants of a bearer token, or the one answer that every token gets which is not valid (RFC 6750, 3.1). */
  authenticate(bearer: string, connection?: Connection): Promise<Recognition>;
  /** Which credential of ours was recognised with exactly these grants. */
  credentialOf(grants: Grants): { readonly id: string; readonly name: string } | undefined;
  /** What a request with these grants asked: coordinates of root fields. */
  noteUse(grants: Grants, coordinates: readonly string[]): void;
  /** Writes what is only in memory yet. */
  close(): Promise<void>;
}

/**
 * Makes the authority over an open store. Throws `ServerError` `ROOT_KEY_INVALID` or `ROOT_KEY_LOST` when
 * the store was written under a key that is not there, before anything can be refused for it, and `ROOT_KEY_WITHDRAWN`.
 */
export async function createAuthority(parts: AuthorityParts): Promise<Authority> {
  const { rootKeys, ignored } = await confirmRootKeys(parts.store, parts.rootKeys);
  for (const keyId of ignored) parts.onIgnoredKey?.(keyId);
  const desk = await openDesk({ ...parts, rootKeys });
  const { now, store, uses } = desk;
  return {
    createToken: (request, by) => issueToken(desk, request, by),
    listTokens: (query = {}) => listTokens(desk, query),
    async showToken(id) {
      const token = isPublicId(id) ? await store.tokens.find(id) : undefined;
      if (token === undefined) throw unknownToken();
      return shown(desk, token, now());
    },
    changeToken: async (id, change, by) => shown(desk, await changeToken(desk, id, change, by), now()),
    rotateToken: (id, rotation, by) => rotateToken(desk, id, rotation, { by, isItself: false }),
    revokeToken: async (id, by, because = 'asked for') =>
      shown(desk, await revokeToken(desk, id, { by, because }), now()),
    async revokeNarrowed(narrowed, by) {
      const link = typeof narrowed === 'string' ? desk.readNarrowed(narrowed) : narrowed;
      if (link === undefined) throw unknownToken();
      await revokeLink(desk, link, by, 'asked for');
      return link;
    },
    self: {
      show: (bearer, connection = {}) => showSelf(desk, bearer, connection),
      rotate: (bearer, rotation, connection = {}) => rotateSelf(desk, bearer, rotation, connection),
      revoke: (bearer, connection = {}) => revokeSelf(desk, bearer, connection),
    },
    revokeLeaked: (leaks) => revokeLeaked(desk, leaks),
    listAudit: (query) => listAudit(store, query),
    authenticate: (bearer, connection = {}) => authenticate(desk, bearer, connection),
    credentialOf: (grants) => uses.credentialOf(grants),
    noteUse: (grants, coordinates) => uses.asked(grants, coordinates, now()),
    close: () => uses.close(),
  };
}

async function openDesk(parts: AuthorityParts): Promise<Desk> {
  const { store, feed, rootKeys, checkGrants, policy = DEFAULT_POLICY } = parts;
  const now = parts.now ?? (() => new Date());
  const verify = createVerifier(rootKeys);
  return {
    store,
    feed,
    rootKeys,
    checkGrants,
    policy,
    narrow: parts.narrow,
    readNarrowed: (text) => linkOf(verify(text)),
    revokedLinks: await RevokedLinks.open({ store, feed, now }),
    withdrawnKeys: await WithdrawnKeys.open({ store, feed }),
    known: new KnownTokens(store, feed),
    verify,
    held: createHeld(),
    limits: parts.limits ?? new RateLimits(),
    uses: new Uses({ store, every: policy.lastUsedEvery, onFailure: (error) => parts.onFailure?.(error) }),
    tidings: parts,
    now,
  };
}

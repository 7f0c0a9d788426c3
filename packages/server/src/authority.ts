import type { Grants } from 'ambit';

import { ServerError } from './errors.ts';
import type { Feed } from './feed/feed.ts';
import { type Connection, createRecogniser, type Recognition, type Refusal } from './recognise.ts';
import { keyCheckValue, type RootKeys } from './rootkey.ts';
import type { Store } from './store/store.ts';
import type { StoredToken } from './store/tokens.ts';
import { DEFAULT_EXPIRY, expiryFrom } from './tokens/expiry.ts';
import { isPublicId, mint } from './tokens/format.ts';
import { KnownTokens } from './tokens/known.ts';
import { parseTokenRequest, type TokenRequest } from './tokens/request.ts';
import type { RevokedTails } from './tokens/revokedtails.ts';

/** A token as given to its maker. The only time that `token` is seen. */
export interface CreatedToken {
  readonly id: string;
  readonly token: string;
  readonly grants: Grants;
  readonly expiresAt: string;
}

/** A token as listed: everything but the secret. */
export interface ListedToken {
  readonly id: string;
  readonly name: string;
  readonly grants: Grants;
  readonly createdAt: string;
  readonly createdBy: string;
  readonly expiresAt: string;
  readonly revokedAt: string | null;
  readonly status: 'active' | 'expired' | 'revoked';
}

/** One thing that the running API has against grants. */
export interface GrantProblem {
  readonly message: string;
  readonly suggestion?: string;
}

export interface AuthorityParts {
  readonly store: Store;
  readonly feed: Feed;
  readonly rootKeys: RootKeys;
  readonly revokedTails: RevokedTails;
  readonly checkGrants: (grants: Grants) => readonly GrantProblem[];
  readonly onCreated?: (token: StoredToken) => void;
  readonly onRevoked?: (id: string) => void;
  readonly onRefused?: (refusal: Refusal, id: string | undefined) => void;
  readonly now?: () => Date;
}

/** Makes, lists, revokes and recognises personal tokens, and recognises what was narrowed from them. */
export interface Authority {
  /** Throws `ServerError`: `GRANTS_REFUSED` with every sentence at once, `EXPIRY_REFUSED`, `INPUT_INVALID`. */
  createToken(request: TokenRequest, createdBy: string): Promise<CreatedToken>;
  listTokens(): Promise<readonly ListedToken[]>;
  /** Fulfilled once the token is refused everywhere. Throws `ServerError` `TOKEN_UNKNOWN`. */
  revokeToken(id: string, revokedBy: string): Promise<ListedToken>;
  /** The grants of a bearer token, or the one answer that every token gets which is not valid (RFC 6750, 3.1). */
  authenticate(bearer: string, connection?: Connection): Promise<Recognition>;
}

/**
 * Makes the authority over an open store. Throws `ServerError` `ROOT_KEY_INVALID` or `ROOT_KEY_LOST` when
 * the store was written under a key that is not there, before anything can be refused for it.
 */
export async function createAuthority(parts: AuthorityParts): Promise<Authority> {
  await confirmRootKeys(parts.store, parts.rootKeys);
  const now = parts.now ?? (() => new Date());
  const known = new KnownTokens(parts.store, parts.feed);
  const recognise = createRecogniser({ ...parts, find: (idHash) => known.find(idHash) });
  return {
    createToken: (request, createdBy) => createToken(parts, request, createdBy, now()),
    async listTokens() {
      const at = now();
      return (await parts.store.tokens.list()).map((token) => listed(token, at));
    },
    revokeToken: (id, by) => revokeToken(parts, id, by, now()),
    authenticate: (bearer, connection = {}) => recognise(bearer, connection, now()),
  };
}

async function createToken(
  parts: AuthorityParts,
  asked: TokenRequest,
  by: string,
  now: Date,
): Promise<CreatedToken> {
  // Here, and not only in the admin API: the command comes here directly when no server is running.
  const request = parseTokenRequest(asked);
  const expiresAt = expiryFrom(request.expires ?? DEFAULT_EXPIRY, now);
  const grants: Grants = {
    ...(request.subject === undefined ? {} : { subject: request.subject }),
    ...(request.scopes?.length ? { scopes: [...new Set(request.scopes)] } : {}),
    ...(request.granular?.length ? { granular: request.granular } : {}),
    expires: expiresAt.toISOString(),
  };
  refuseUnusable(grants, parts.checkGrants);
  const { token, keyId, idHash, publicId } = mint(parts.rootKeys);
  const stored: StoredToken = {
    id: publicId,
    idHash,
    keyId,
    name: request.name,
    grants,
    createdAt: now,
    expiresAt,
    revokedAt: undefined,
    revokedBecause: undefined,
    createdBy: by,
    note: undefined,
    rateLimit: undefined,
    family: publicId,
    replacedBy: undefined,
    livesUntil: undefined,
    lastUsedAt: undefined,
    lastUsedFor: undefined,
  };
  await parts.store.write(async (unit) => {
    await unit.tokens.insert(stored);
    await unit.audit.add({
      at: now,
      action: 'token.created',
      actor: by,
      token: publicId,
      subject: request.subject,
      details: { name: request.name, grants },
    });
  });
  parts.onCreated?.(stored);
  return { id: publicId, token, grants, expiresAt: expiresAt.toISOString() };
}

async function revokeToken(parts: AuthorityParts, id: string, by: string, at: Date): Promise<ListedToken> {
  if (!isPublicId(id)) throw unknownToken();
  const revoking = parts.store.write(async (unit) => {
    const before = await unit.tokens.find(id);
    if (before === undefined || before.revokedAt !== undefined) return before;
    await unit.changes.add('token', id, at);
    await unit.audit.add({
      at,
      action: 'token.revoked',
      actor: by,
      token: id,
      subject: before.grants.subject,
    });
    return unit.tokens.revoke(id, at, 'asked for');
  });
  // Also where the store failed: it may have done it all the same.
  const token = await revoking.finally(() => parts.feed.catchUp());
  if (token === undefined) throw unknownToken();
  parts.onRevoked?.(id);
  return listed(token, at);
}

function refuseUnusable(grants: Grants, checkGrants: AuthorityParts['checkGrants']): void {
  if (grants.scopes === undefined && grants.granular === undefined) {
    throw new ServerError(
      'GRANTS_REFUSED',
      'A token needs at least one scope or one permission in a boundary; none was asked for.',
      'Add a scope such as api:graphql:query:NAME, or a permission with its boundary such as project=acme/web.',
    );
  }
  const problems = checkGrants(grants);
  if (problems.length === 0) return;
  const suggestions = problems.flatMap((problem) => problem.suggestion ?? []);
  throw new ServerError(
    'GRANTS_REFUSED',
    problems.map((problem) => problem.message).join('\n'),
    suggestions.length === 0 ? undefined : suggestions.join('\n'),
  );
}

// Without this a wrong key would look like a store full of forged tokens.
async function confirmRootKeys(store: Store, rootKeys: RootKeys): Promise<void> {
  const known = await store.keys.checks();
  for (const [keyId, value] of known) {
    const key = rootKeys.keys.get(keyId);
    if (key !== undefined && keyCheckValue(key, keyId) === value) continue;
    const problem = key === undefined ? 'is missing' : 'is not the one under which this store was written';
    throw new ServerError(
      key === undefined ? 'ROOT_KEY_LOST' : 'ROOT_KEY_INVALID',
      `The root key ${keyId} ${problem}; every token made under it would be refused.`,
      'Put back the key that belongs to this store, or give the server the data folder that belongs to this key.',
    );
  }
  for (const [keyId, key] of rootKeys.keys) {
    if (!known.has(keyId)) {
      const value = keyCheckValue(key, keyId);
      await store.write((unit) => unit.keys.add(keyId, value));
    }
  }
}

// The id is not repeated: people paste the token itself here.
function unknownToken(): ServerError {
  return new ServerError(
    'TOKEN_UNKNOWN',
    'There is no token with this id.',
    'ambit-server token list shows the ids, which begin with tok_; the token itself is not its id.',
  );
}

function listed(token: StoredToken, now: Date): ListedToken {
  const expired = token.expiresAt.getTime() <= now.getTime();
  return {
    id: token.id,
    name: token.name,
    grants: token.grants,
    createdAt: token.createdAt.toISOString(),
    createdBy: token.createdBy,
    expiresAt: token.expiresAt.toISOString(),
    revokedAt: token.revokedAt?.toISOString() ?? null,
    status: token.revokedAt !== undefined ? 'revoked' : expired ? 'expired' : 'active',
  };
}

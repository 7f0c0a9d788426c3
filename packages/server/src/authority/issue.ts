import type { Grants } from 'ambit';

import { ServerError } from '../errors.ts';
import type { StoredToken } from '../store/tokens.ts';
import { expiryFrom } from '../tokens/expiry.ts';
import { type MintedToken, mint } from '../tokens/format.ts';
import { parseTokenRequest, type TokenRequest } from '../tokens/request.ts';
import type { Desk } from './desk.ts';
import { type Hint, refusedGrants } from './refusedgrants.ts';
import type { CreatedToken } from './show.ts';
import { refuseWithdrawn } from './withdrawnkeys.ts';

/** Makes a token. Throws `ServerError` `INPUT_INVALID`, `EXPIRY_REFUSED`, `GRANTS_REFUSED`, `ROOT_KEY_WITHDRAWN`. */
export async function issueToken(desk: Desk, asked: TokenRequest, by: string): Promise<CreatedToken> {
  // Here, and not only in the admin API: the command comes here directly when no server is running.
  const request = parseTokenRequest(asked);
  const now = desk.now();
  const expiresAt = expiryFrom(request.expires, now, desk.policy);
  const grants: Grants = {
    ...(request.subject === undefined ? {} : { subject: request.subject }),
    ...(request.scopes?.length ? { scopes: [...new Set(request.scopes)] } : {}),
    ...(request.granular?.length ? { granular: request.granular } : {}),
    expires: expiresAt.toISOString(),
  };
  // The scopes as they were sent: what is wrong is named by its place.
  const { scopes = [] } = request;
  refuseUnusable(grants.scopes === undefined ? grants : { ...grants, scopes }, desk.checkGrants);
  const minted = mint(desk.rootKeys);
  const { name, note, rateLimit } = request;
  const stored = newToken(minted, {
    name,
    note,
    rateLimit,
    grants,
    expiresAt,
    createdAt: now,
    createdBy: by,
  });
  await desk.store.write(async (unit) => {
    await refuseWithdrawn(unit, stored.keyId);
    await unit.tokens.insert(stored);
    await unit.audit.add({
      at: now,
      action: 'token.created',
      actor: by,
      token: stored.id,
      subject: request.subject,
      details: { name, grants, ...(rateLimit === undefined ? {} : { rateLimit }) },
    });
  });
  desk.tidings.onCreated?.(stored);
  return created(minted, stored);
}

/** A token that was just minted, as it is stored. */
export function newToken(
  { publicId, idHash, keyId }: MintedToken,
  said: Pick<
    StoredToken,
    'name' | 'note' | 'rateLimit' | 'grants' | 'createdAt' | 'createdBy' | 'expiresAt'
  > &
    Partial<Pick<StoredToken, 'family'>>,
): StoredToken {
  return {
    family: publicId,
    ...said,
    id: publicId,
    idHash,
    keyId,
    revokedAt: undefined,
    revokedBecause: undefined,
    replacedBy: undefined,
    livesUntil: undefined,
    firstUsedAt: undefined,
    lastUsedAt: undefined,
    lastUsedFor: undefined,
  };
}

/** What the maker of a token is given, once. */
export function created({ token }: MintedToken, { id, grants, expiresAt }: StoredToken): CreatedToken {
  return { id, token, grants, expiresAt: expiresAt.toISOString() };
}

/** Throws `ServerError` `GRANTS_REFUSED` for grants that hold nothing, or a name that grants nothing. */
export function refuseUnusable(grants: Grants, checkGrants: Desk['checkGrants']): void {
  if (grants.scopes === undefined && grants.granular === undefined) {
    throw new ServerError(
      'GRANTS_REFUSED',
      'A token needs at least one scope or one permission in a boundary; none was asked for.',
      'Add a scope such as api:graphql:query:NAME, or a permission with its boundary such as project=acme/web.',
    );
  }
  const problems = checkGrants(grants);
  if (problems.length === 0) return;
  throw refusedGrants(problems, [], coarseMeant(grants, checkGrants));
}

/** The scopes of root fields that are there by the names that were given: `createNote`, `api:graphql:mutation:createNote`. */
function coarseMeant(
  { scopes = [], granular: _, ...rest }: Grants,
  checkGrants: Desk['checkGrants'],
): readonly Hint[] {
  return scopes.flatMap((scope, index) => {
    if (checkGrants({ ...rest, scopes: [scope] }).length === 0) return [];
    const name = /^(?:api:graphql:\w+:)?(\w+)$/.exec(scope)?.[1];
    const meant = ['query', 'mutate', 'subscribe'].map((verb) => `api:graphql:${verb}:${name}`);
    return (name === undefined ? [] : meant)
      .filter((one) => checkGrants({ ...rest, scopes: [one] }).length === 0)
      .map((suggestion) => ({ path: ['scopes', index], suggestion }));
  });
}

import type { Feed } from '../feed/feed.ts';
import { isJwt, jwtId } from '../oauth/jwt-id.ts';
import {
  ACCESS_TOKEN,
  CLIENT_SECRET,
  hashOf,
  isOpaque,
  mintOpaque,
  publicIdOf,
  REFRESH_TOKEN,
} from '../oauth/opaque.ts';
import type { OAuthRecord } from '../store/oauth.ts';
import type { Store, Unit } from '../store/store.ts';

const TOKENS: readonly string[] = ['AccessToken', 'ClientCredentials', 'RefreshToken'];

/** What leaked credentials of the authorization server are ended with. */
export interface LeakedOAuthParts {
  readonly store: Store;
  readonly feed: Feed;
  readonly now: () => Date;
}

/** What is said of where it was. */
export interface Found {
  readonly source: string;
  readonly url?: string | undefined;
}

/**
 * Of some texts those that may be ended here, with what the store knows them by. Anybody can make up what looks like one
 * of ours, so for all of them together there are two questions, and nothing is written.
 */
export async function knownOAuth(
  { oauth, clients }: Pick<Store, 'oauth' | 'clients'>,
  texts: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const secrets = hashed(texts, (text) => (isOpaque(text, CLIENT_SECRET) ? hashOf(text) : undefined));
  const tokens = hashed(texts, tokenHashOf);
  const known = new Set([
    ...(await clients.secretsAmong([...secrets.values()])),
    ...(await oauth.among(TOKENS, [...tokens.values()])),
  ]);
  return new Map([...secrets, ...tokens].filter(([, hash]) => known.has(hash)));
}

function hashed(
  texts: readonly string[],
  hash: (text: string) => string | undefined,
): ReadonlyMap<string, string> {
  return new Map(
    texts.flatMap((text) => {
      const found = hash(text);
      return found === undefined ? [] : [[text, found] as const];
    }),
  );
}

/**
 * Ends a token of the authorization server, with all that came of the same consent, or a secret of a client, which has
 * none then until somebody makes a new one. Says whether it was one of ours; one that has ended by now is known no more.
 */
export async function revokeLeakedOAuth(
  { store, feed, now }: LeakedOAuthParts,
  text: string,
  idHash: string,
  found: Found,
): Promise<boolean> {
  const work = isOpaque(text, CLIENT_SECRET) ? endSecret : endToken;
  return store.write((unit) => work(unit, idHash, { ...found, at: now() })).finally(() => feed.catchUp());
}

function tokenHashOf(text: string): string | undefined {
  if (isOpaque(text, ACCESS_TOKEN) || isOpaque(text, REFRESH_TOKEN)) return hashOf(text);
  return isJwt(text) ? hashOf(jwtId(text)) : undefined;
}

type Ending = Found & { readonly at: Date };

async function endToken(unit: Unit, idHash: string, { at, ...found }: Ending): Promise<boolean> {
  const record = await unit.oauth.find(TOKENS, 'idHash', idHash);
  if (record === undefined) return false;
  await unit.oauth.remove(record.model, idHash);
  await unit.changes.add('grant', idHash, at);
  await endGrant(unit, record, at);
  const { clientId, accountId } = record.payload as Readonly<Record<string, string | undefined>>;
  await unit.audit.add({
    at,
    action: 'token.leaked',
    actor: found.source,
    token: publicIdOf(idHash),
    ...(clientId === undefined ? {} : { client: clientId }),
    ...(accountId === undefined ? {} : { subject: accountId }),
    details: { ...detailsOf(found), kind: record.model },
  });
  return true;
}

async function endGrant(unit: Unit, { grantId }: OAuthRecord, at: Date): Promise<void> {
  if (grantId === undefined) return;
  await unit.oauth.remove('Grant', hashOf(grantId));
  await unit.oauth.removeOfGrant(grantId);
  await unit.changes.add('grant', hashOf(grantId), at);
}

async function endSecret(unit: Unit, secretHash: string, { at, ...found }: Ending): Promise<boolean> {
  const client = (await unit.clients.list()).find((one) => one.secretHash === secretHash);
  if (client === undefined) return false;
  if (client.disabledAt !== undefined) return true;
  // One that nobody was ever given: a client without a secret could be one that needs none.
  await unit.clients.change(client.id, { secretHash: hashOf(mintOpaque(CLIENT_SECRET)) });
  await unit.changes.add('client', client.id, at);
  await unit.audit.add({
    at,
    action: 'client.changed',
    actor: found.source,
    client: client.id,
    details: { ...detailsOf(found), secret: 'leaked' },
  });
  return true;
}

function detailsOf({ source, url }: Found): Record<string, string> {
  return { source, ...(url === undefined ? {} : { url }) };
}

import { NARROWED_PREFIX } from 'ambit/narrow';

import { knownOAuth, revokeLeakedOAuth } from '../leaks/oauth.ts';
import type { StoredToken } from '../store/tokens.ts';
import { readToken, verifyTail } from '../tokens/format.ts';
import type { Desk } from './desk.ts';
import { revokeToken } from './revoke.ts';
import type { NarrowedLink } from './revokedlinks.ts';
import { revokeLink } from './revokelink.ts';

/** A token that was found where it should not be, and what is said of where. */
export interface Leak {
  readonly token: string;
  readonly source: string;
  readonly url?: string | undefined;
}

/**
 * Ends credentials that are no secret any more, each once; says of each whether it is one of ours. Nothing is written of
 * what has ended. Whoever has a credential may do this. It goes on to the end whoever still waits for it: only what was
 * made here has the store asked about it by itself, so a list of made-up texts costs two questions.
 */
export async function revokeLeaked(desk: Desk, leaks: readonly Leak[]): Promise<readonly boolean[]> {
  const ours = new Map<string, boolean>();
  const known = await knownOAuth(
    desk.store,
    leaks.map(({ token }) => token),
  );
  // What was narrowed ends with what it was made of, where that is in the list too: one revocation and not hundreds.
  const whole = leaks.filter(({ token }) => !token.startsWith(NARROWED_PREFIX));
  const narrowed = leaks.filter(({ token }) => token.startsWith(NARROWED_PREFIX));
  for (const leak of [...whole, ...narrowed])
    if (!ours.has(leak.token)) ours.set(leak.token, await revokeOne(desk, leak, known));
  return leaks.map(({ token }) => ours.get(token) === true);
}

async function revokeOne(desk: Desk, leak: Leak, known: ReadonlyMap<string, string>): Promise<boolean> {
  const token = await personalOf(desk, leak.token);
  if (token !== undefined) return revokePersonal(desk, token, leak);
  const link = desk.readNarrowed(leak.token);
  if (link !== undefined) return revokeNarrowed(desk, link, leak);
  const idHash = known.get(leak.token);
  return idHash !== undefined && revokeLeakedOAuth(desk, leak.token, idHash, leak);
}

async function revokePersonal(desk: Desk, token: StoredToken, leak: Leak): Promise<true> {
  // One that was replaced may have made what still lives.
  const isOver = token.expiresAt <= desk.now() && token.replacedBy === undefined;
  if (token.revokedAt !== undefined || isOver) return true;
  await tell(desk, token, leak, {});
  await revokeToken(desk, token.id, { by: leak.source, because: 'leaked' });
  return true;
}

async function revokeNarrowed(desk: Desk, link: NarrowedLink, leak: Leak): Promise<boolean> {
  const parent = await desk.store.tokens.find(link.parentId);
  if (parent === undefined) return false;
  const isOver = parent.revokedAt !== undefined || parent.expiresAt <= desk.now();
  if (isOver || (await desk.store.tails.has(link.digest))) return true;
  await tell(desk, parent, leak, { digest: link.digest });
  await revokeLink(desk, link, leak.source, 'leaked');
  return true;
}

function tell(
  desk: Desk,
  { id }: StoredToken,
  { source, url }: Leak,
  details: Readonly<Record<string, string>>,
): Promise<void> {
  return desk.store.write((unit) =>
    unit.audit.add({
      at: desk.now(),
      action: 'token.leaked',
      actor: source,
      token: id,
      details: { source, ...(url === undefined ? {} : { url }), ...details },
    }),
  );
}

async function personalOf({ rootKeys, store }: Desk, text: string): Promise<StoredToken | undefined> {
  const read = readToken(text);
  if (read === undefined || !verifyTail(read, rootKeys)) return undefined;
  const stored = await store.tokens.findByIdHash(read.idHash);
  return stored?.keyId === read.keyId ? stored : undefined;
}

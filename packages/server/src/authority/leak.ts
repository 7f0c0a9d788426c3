import { readToken, verifyTail } from '../tokens/format.ts';
import type { Desk } from './desk.ts';
import { revokeToken } from './revoke.ts';
import { revokeLink } from './revokelink.ts';

/** A token that was found where it should not be, and what is said of where. */
export interface Leak {
  readonly token: string;
  readonly source: string;
  readonly url?: string | undefined;
}

/** Revokes tokens that are no secret any more; says of each whether it is one of ours. Whoever has a token may do this. */
export async function revokeLeaked(desk: Desk, leaks: readonly Leak[]): Promise<readonly boolean[]> {
  const ours: boolean[] = [];
  for (const leak of leaks) ours.push(await revokeOne(desk, leak));
  return ours;
}

async function revokeOne(desk: Desk, { token, source, url }: Leak): Promise<boolean> {
  const id = await idOf(desk, token);
  const link = id === undefined ? desk.readNarrowed(token) : undefined;
  const parent = link && (await desk.store.tokens.find(link.parentId));
  if (id === undefined && parent === undefined) return false;
  const of = id ?? parent?.id ?? '';
  await desk.store.write((unit) =>
    unit.audit.add({
      at: desk.now(),
      action: 'token.leaked',
      actor: source,
      token: of,
      details: { source, ...(url === undefined ? {} : { url }), ...(link && { digest: link.digest }) },
    }),
  );
  if (link === undefined) await revokeToken(desk, of, { by: source, because: 'leaked' });
  else await revokeLink(desk, link, source, 'leaked');
  return true;
}

async function idOf({ rootKeys, store }: Desk, text: string): Promise<string | undefined> {
  const read = readToken(text);
  if (read === undefined || !verifyTail(read, rootKeys)) return undefined;
  const stored = await store.tokens.findByIdHash(read.idHash);
  return stored?.keyId === read.keyId ? stored.id : undefined;
}

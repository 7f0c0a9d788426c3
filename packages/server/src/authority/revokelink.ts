import { isPublicId } from '../tokens/format.ts';
import type { Desk } from './desk.ts';
import { unknownToken } from './ended.ts';
import type { NarrowedLink } from './revokedlinks.ts';

/**
 * Revokes a link with all that was narrowed from it, for as long as its parent can live; is fulfilled once it is refused
 * everywhere. Throws `ServerError` `TOKEN_UNKNOWN` where the parent is none of ours.
 */
export async function revokeLink(
  desk: Desk,
  { parentId, digest }: NarrowedLink,
  by: string,
  because: string,
): Promise<void> {
  if (!isPublicId(parentId)) throw unknownToken();
  const at = desk.now();
  const revoking = desk.store.write(async (unit) => {
    const parent = await unit.tokens.find(parentId);
    if (parent === undefined) throw unknownToken();
    await unit.tails.prune(at);
    if (await unit.tails.has(digest)) return;
    // Its own end, and not what is configured today, which may let it live longer tomorrow.
    await unit.tails.add({ digest, tokenId: parentId, at, until: parent.expiresAt });
    await unit.audit.add({
      at,
      action: 'token.narrowed.revoked',
      actor: by,
      token: parentId,
      subject: parent.grants.subject,
      details: { digest, because },
    });
    await unit.changes.add('tail', digest, at);
  });
  await revoking.finally(() => desk.feed.catchUp());
}

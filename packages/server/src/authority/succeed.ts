import type { StoredToken } from '../store/tokens.ts';
import type { Desk } from './desk.ts';

/**
 * The first use of a token that came of a rotation ends those that it came of. Is fulfilled once they are refused
 * everywhere; of many first uses at once one does it, and all wait for it.
 */
export async function succeed(desk: Desk, token: StoredToken, at: Date): Promise<void> {
  if (token.firstUsedAt !== undefined || token.family === token.id) return;
  const succeeding = desk.store.write(async (unit) => {
    const family = await unit.tokens.lockFamily(token.family);
    if (family.find(({ id }) => id === token.id)?.firstUsedAt !== undefined) return;
    await unit.tokens.change(token.id, { firstUsedAt: at });
    await unit.changes.add('token', token.id, at);
    for (const old of predecessors(family, token.id)) {
      if (old.livesUntil !== undefined && old.livesUntil <= at) continue;
      await unit.tokens.change(old.id, { livesUntil: at });
      await unit.changes.add('token', old.id, at);
    }
  });
  await succeeding.finally(() => desk.feed.catchUp());
}

/** Those of a line that a token came of, the nearest first. */
export function predecessors(family: readonly StoredToken[], id: string): readonly StoredToken[] {
  const found: StoredToken[] = [];
  for (let next = family.find(({ replacedBy }) => replacedBy === id); next !== undefined; ) {
    found.push(next);
    const { id: of } = next;
    next = family.find(({ replacedBy }) => replacedBy === of);
  }
  return found;
}

import type { Store, Unit } from '../store/store.ts';
import type { RevokedToken } from '../store/tokens.ts';

const BECAUSE = 'root key withdrawn';

/**
 * Withdraws a root key, all or nothing: the store remembers its id for good, and what was made under it is revoked with
 * what that made itself by rotating. Every running server hears of it. Gives how many tokens were still to be revoked.
 */
export async function withdrawKey(
  store: Pick<Store, 'write'>,
  keyId: number,
  { by, at }: { readonly by: string; readonly at: Date },
): Promise<number> {
  return store.write(async (unit) => {
    // First the key: whoever is making a token under it is waited for, and whoever comes later is refused.
    const isNew = await unit.keys.withdraw(keyId);
    const revoked = await unit.tokens.revokeMadeUnder(keyId, at, BECAUSE);
    await unit.audit.addAll(revoked.map((token) => auditOf(token, keyId, by, at)));
    if (isNew) {
      const details = { key: keyId, revoked: revoked.length };
      await unit.audit.add({ at, action: 'key.withdrawn', actor: by, details });
    }
    await tell(unit, keyId, revoked, at);
    return revoked.length;
  });
}

async function tell(unit: Unit, keyId: number, revoked: readonly RevokedToken[], at: Date): Promise<void> {
  await unit.changes.add('key', String(keyId), at);
  await unit.changes.addAll(
    'token',
    revoked.map(({ id }) => id),
    at,
  );
}

function auditOf(token: RevokedToken, key: number, by: string, at: Date) {
  const made = token.keyId === key ? {} : { madeBy: token.createdBy };
  return {
    at,
    action: 'token.revoked',
    actor: by,
    token: token.id,
    subject: token.subject,
    details: { because: BECAUSE, key, ...made },
  } as const;
}

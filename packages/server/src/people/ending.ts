import type { Unit } from '../store/store.ts';

/**
 * Ends for good what applications were granted by, or for, a subject, with everything that came of it: nothing brings it
 * back. Within the unit that ends their sign-ins.
 */
export async function endGrantsOf(unit: Unit, subject: string, by: string, at: Date): Promise<void> {
  const grants = await unit.oauth.removeOfAccount(subject);
  await unit.changes.add('subject', subject, at);
  for (const { payload, parent, expiresAt } of grants) {
    // What came of an exchange was granted by nobody, and what had ended before is not ended now.
    if (parent !== undefined || expiresAt === undefined || expiresAt <= at) continue;
    const { clientId } = payload as { readonly clientId?: string };
    await unit.audit.add({ at, action: 'grant.revoked', actor: by, client: clientId, subject });
  }
}

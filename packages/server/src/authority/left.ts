import type { Grants } from 'ambit';

/**
 * Grants without what their caveats take away wholly, for telling whoever holds them: scopes and permissions that no
 * caveat keeps are not named. What counts is the grants with their caveats, which stay.
 */
export function leftOf(grants: Grants): Grants {
  const { scopes, granular, caveats = [], ...rest } = grants;
  if (caveats.length === 0) return grants;
  let [someScopes, someGranular] = [scopes ?? [], granular ?? []];
  for (const { scopes: kept, permissions } of caveats) {
    // Where one of the two kinds is given, the other is given with it.
    if (kept !== undefined || permissions !== undefined) {
      someScopes = someScopes.filter((scope) => kept?.includes(scope));
      someGranular = someGranular.map((grant) => ({
        ...grant,
        permissions: grant.permissions.filter((name) => permissions?.includes(name)),
      }));
    }
  }
  someGranular = someGranular.filter(({ permissions }) => permissions.length > 0);
  return {
    ...rest,
    ...(someScopes.length === 0 ? {} : { scopes: someScopes }),
    ...(someGranular.length === 0 ? {} : { granular: someGranular }),
    caveats,
  };
}

import type { ClaimMapping } from './mapping-config.ts';
import type { ClaimPath } from './path.ts';

/**
 * Why a token cannot be used whose issuer left claims out for their size: it says in `_claim_names` (OpenID Connect
 * Core, 5.6.2), or in Entra's `hasgroups`, that they are to be fetched elsewhere. Nothing is fetched there; without the
 * claim the token would seem to hold less than it does, or its mapping something else. Nothing when all claims that the
 * mapping reads are in the token.
 */
export function overageProblem(
  claims: Readonly<Record<string, unknown>>,
  mapping: ClaimMapping,
): string | undefined {
  const read = claimsRead(mapping);
  const elsewhere = Object.hasOwn(claims, '_claim_names') ? claims['_claim_names'] : undefined;
  if (elsewhere !== undefined) {
    if (typeof elsewhere !== 'object' || elsewhere === null || Array.isArray(elsewhere)) {
      return '`_claim_names` is no mapping of names';
    }
    const missing = read.find((name) => Object.hasOwn(elsewhere, name));
    if (missing !== undefined) return tooLarge(missing);
  }
  const hasGroups = Object.hasOwn(claims, 'hasgroups') && claims['hasgroups'] !== false;
  return hasGroups && read.includes('groups') ? tooLarge('groups') : undefined;
}

function claimsRead(mapping: ClaimMapping): readonly string[] {
  const sets = [...mapping.roles.values(), ...mapping.references.values(), mapping.everyone];
  const places = sets.flatMap(({ granular }) =>
    granular.flatMap((entry) => ('boundaryClaim' in entry ? [entry.boundaryClaim] : [])),
  );
  const paths: readonly (ClaimPath | undefined)[] = [
    mapping.subject,
    ...mapping.client,
    ...mapping.scopes,
    mapping.role,
    mapping.reference,
    mapping.details,
    ...places,
  ];
  return paths.flatMap((path) => path?.[0] ?? []);
}

function tooLarge(name: string): string {
  return `\`${name}\` is not in the token but elsewhere, for its size; have the issuer send less, or a name in \`references\``;
}

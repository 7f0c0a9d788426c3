import { type Grants, type GranularGrant, parseGrants } from 'ambit';

import type { ClaimMapping, GrantSet, GranularEntry } from './mapping-config.ts';
import { overageProblem } from './overage.ts';
import { type ClaimPath, claimAt } from './path.ts';

type Claims = Readonly<Record<string, unknown>>;

/** What claims come to: grants, or which claim cannot be used. A claim that is not understood refuses its token. */
export type MappedClaims =
  | {
      readonly grants: Grants;
      /** How many scopes were left out because this issuer is not trusted to give them (M16). */
      readonly droppedScopes: number;
    }
  | { readonly refused: string };

/** A claim has another type, names what is not there, or says that it is to be found elsewhere. */
class UnusableClaim extends Error {
  override readonly name = 'UnusableClaim';
}

/** Scopes with a meaning of Ambit's own (M16, M17). */
const OWN_SCOPE = /^(?:api|read_api|rest_api|api:graphql:.*)$/s;
const GRAPHQL_CLAIM = /^(query|mutation|subscription):([_A-Za-z]\w*|\*)$/;
const VERBS: Readonly<Record<string, string>> = {
  query: 'query',
  mutation: 'mutate',
  subscription: 'subscribe',
};

/**
 * The grants that a token's claims stand for under its issuer's mapping.
 *
 * @param claims what the token, or the answer about it, says; already believed
 * @param expires the instant from which the grants hold nothing; none when nobody knows it
 */
export function claimsToGrants(
  claims: Claims,
  mapping: ClaimMapping,
  expires: Date | undefined,
): MappedClaims {
  try {
    const elsewhere = overageProblem(claims, mapping);
    if (elsewhere !== undefined) return { refused: elsewhere };
    const roles = mapping.role === undefined ? [] : listAt(claims, mapping.role);
    const sets = [mapping.everyone, ...setsOf(roles, mapping), ...referencedSets(claims, mapping)];
    const { held, dropped } = scopesOf(claims, mapping);
    const scopes = [...new Set([...held, ...sets.flatMap((set) => set.scopes)])];
    const granular = [
      ...sets.flatMap((set) => set.granular.flatMap((entry) => granularOf(claims, entry))),
      ...detailsOf(claims, mapping.details),
    ];
    const subject = textAt(claims, mapping.subject);
    const client = mapping.client.map((path) => textAt(claims, path)).find((text) => text !== undefined);
    return {
      grants: {
        ...(subject === undefined ? {} : { subject: `${mapping.subjectPrefix ?? ''}${subject}` }),
        ...(client === undefined ? {} : { client }),
        ...(scopes.length === 0 ? {} : { scopes }),
        ...(roles.length === 0 ? {} : { roles }),
        ...(granular.length === 0 ? {} : { granular }),
        ...(expires === undefined ? {} : { expires: expires.toISOString() }),
      },
      droppedScopes: dropped,
    };
  } catch (error) {
    if (error instanceof UnusableClaim) return { refused: error.message };
    throw error;
  }
}

// A role that the configuration does not name stands for nothing: issuers have roles for other APIs too.
function setsOf(roles: readonly string[], { roles: known }: ClaimMapping): readonly GrantSet[] {
  return roles.flatMap((role) => known.get(role) ?? []);
}

// A reference is for us alone, so one that nobody knows is a mistake, and not a smaller token.
function referencedSets(claims: Claims, { reference, references }: ClaimMapping): readonly GrantSet[] {
  if (reference === undefined) return [];
  return listAt(claims, reference).map((name) => {
    const set = references.get(name);
    if (set !== undefined) return set;
    throw new UnusableClaim(`\`${shown(reference)}\` names a set of grants that is not in \`references\``);
  });
}

function scopesOf(
  claims: Claims,
  mapping: ClaimMapping,
): { readonly held: readonly string[]; readonly dropped: number } {
  const said = mapping.scopes.flatMap((path) => scopesAt(claims, path));
  const trusted = mapping.trustAmbitScopes ? said : said.filter((scope) => !OWN_SCOPE.test(scope));
  const named = mapping.graphqlClaims ? said.flatMap(graphqlScope) : [];
  return { held: [...trusted, ...named], dropped: said.length - trusted.length };
}

// RFC 6749, 3.3 has one text with spaces in between; many issuers write a list.
function scopesAt(claims: Claims, path: ClaimPath): readonly string[] {
  const value = claimAt(claims, path);
  return typeof value === 'string' ? value.split(' ').filter((scope) => scope !== '') : listAt(claims, path);
}

function graphqlScope(name: string): readonly string[] {
  const [, kind = '', field] = GRAPHQL_CLAIM.exec(name) ?? [];
  return field === undefined ? [] : [`api:graphql:${VERBS[kind]}:${field}`];
}

function granularOf(claims: Claims, entry: GranularEntry): readonly GranularGrant[] {
  const { permissions } = entry;
  if ('boundary' in entry) return [{ permissions, boundary: entry.boundary }];
  const { boundaryClaim, kind } = entry;
  if (kind !== undefined) return inPlaces(permissions, kind, listAt(claims, boundaryClaim));
  const value = claimAt(claims, boundaryClaim);
  if (value === undefined) return [];
  if (typeof value !== 'object' || Array.isArray(value)) {
    throw new UnusableClaim(`\`${shown(boundaryClaim)}\` is no mapping of kinds to places`);
  }
  return Object.keys(value as object).flatMap((name) =>
    inPlaces(permissions, name, listAt(claims, [...boundaryClaim, name], boundaryClaim)),
  );
}

function inPlaces(
  permissions: readonly string[],
  kind: string,
  places: readonly string[],
): readonly GranularGrant[] {
  return places.map((place) => ({ permissions, boundary: Object.fromEntries([[kind, place]]) }));
}

// RFC 9396, 2: a list of objects, each with a type; those of other types are for other APIs.
function detailsOf(claims: Claims, path: ClaimPath | undefined): readonly GranularGrant[] {
  const value = path === undefined ? undefined : claimAt(claims, path);
  if (path === undefined || value === undefined) return [];
  const problem = new UnusableClaim(`\`${shown(path)}\` is no list of authorization details`);
  if (!Array.isArray(value)) throw problem;
  return value.flatMap((detail: unknown) => {
    if (typeof detail !== 'object' || detail === null || Array.isArray(detail)) throw problem;
    const { type, ...rest } = detail as Record<string, unknown>;
    if (typeof type !== 'string') throw problem;
    if (type !== 'graphql') return [];
    try {
      return parseGrants({ granular: [rest] }).granular ?? [];
    } catch {
      throw problem;
    }
  });
}

/** A claim that is one text or a list of texts, none of them empty. `told` is the path as configured, for messages. */
function listAt(claims: Claims, path: ClaimPath, told: ClaimPath = path): readonly string[] {
  const value = claimAt(claims, path);
  if (value === undefined || value === '') return [];
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (list.every((item): item is string => typeof item === 'string' && item !== '')) return list;
  throw new UnusableClaim(`\`${shown(told)}\` is neither a text nor a list of texts`);
}

// The subject travels in a header to the API, so it is what a header can hold.
function textAt(claims: Claims, path: ClaimPath): string | undefined {
  const value = claimAt(claims, path);
  if (value === undefined) return undefined;
  if (typeof value === 'string' && /^[\x21-\x7e]{1,255}$/.test(value)) return value;
  throw new UnusableClaim(
    `\`${shown(path)}\` is no text of 1 to 255 printable ASCII characters without spaces`,
  );
}

// The path as configured; what the token says is never told.
function shown(path: ClaimPath): string {
  return path.join('.');
}

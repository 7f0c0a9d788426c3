import type { Policy } from '../compile/policy.ts';
import { kindOf } from '../rules/boundarykinds.ts';
import { expandAssignable } from '../rules/catalog.ts';
import { STANDALONE_KINDS } from '../rules/requirement.ts';
import type { Caveat, GrantBoundary, Grants, GranularGrant } from '../types.ts';
import { endOf, understoodCaveats } from './caveats.ts';
import { isUnderstood } from './grants.ts';
import { leftOf, namesIn, narrowOf, placeOf } from './held.ts';
import {
  allRefused,
  type Narrowed,
  type NarrowRequest,
  namesRefused,
  parseRequest,
  permissionRefused,
  type Refused,
} from './narrowed.ts';
import { Rights } from './rights.ts';

/**
 * The part of `request` that `parent` covers, as grants of the same subject, client and caveats that end no later.
 * Pure; what is decided for them is never more than what is decided for the parent.
 *
 * @throws AmbitError BAD_GRANTS for a request that is not understood
 */
export function narrowGrants(policy: Policy, parent: Grants, asked: unknown, now: number): Narrowed {
  const request = parseRequest(asked);
  const caveats = isUnderstood(parent) ? understoodCaveats(parent.caveats) : undefined;
  // Barred, as the parent is: without it there would be what is public.
  if (!caveats)
    return { grants: { caveats: [{}] }, refused: allRefused(request, 'this token is not understood') };
  const { subject, client, authenticated } = parent;
  const own = {
    ...(subject === undefined ? {} : { subject }),
    ...(client === undefined ? {} : { client }),
    ...(authenticated === undefined ? {} : { authenticated }),
  };
  const all = [...caveats, ...(request.caveats ?? [])];
  const rest = { ...earlier(parent, request), ...(all.length === 0 ? {} : { caveats: all }) };
  if (!(endOf({ ...parent, caveats }) > now))
    return { grants: { ...own, ...rest }, refused: allRefused(request, 'this token has expired') };
  const { held, refused } = new Covering(policy, parent, caveats, now).part(request);
  return { grants: { ...own, ...held, ...rest }, refused };
}

/** Whether `child` is one that `parent` can be narrowed to: as its subject, with all of its caveats, and no later end. */
export function coversGrants(policy: Policy, parent: Grants, child: Grants, now: number): boolean {
  if (!isUnderstood(parent) || !isUnderstood(child)) return false;
  const { subject, client, authenticated, ...request } = child;
  const isSame =
    subject === parent.subject && client === parent.client && authenticated === parent.authenticated;
  const said = new Set((child.caveats ?? []).map((caveat) => JSON.stringify(caveat)));
  const isNarrower = (parent.caveats ?? []).every((caveat) => said.has(JSON.stringify(caveat)));
  const isShorter = endOf({ ...child, caveats: [] }) <= endOf({ ...parent, caveats: [] });
  return isSame && isNarrower && isShorter && narrowGrants(policy, parent, request, now).refused.length === 0;
}

/** Answers, part by part, what one credential covers. */
class Covering {
  readonly #policy: Policy;
  readonly #parent: Grants;
  readonly #caveats: readonly Caveat[];
  readonly #now: number;
  readonly #rights: Rights;

  constructor(policy: Policy, parent: Grants, caveats: readonly Caveat[], now: number) {
    this.#policy = policy;
    this.#parent = parent;
    // From where a credential is used is asked when it is used; what it may hold does not depend on it.
    this.#caveats = caveats.flatMap(({ address, ...rest }) => (Object.keys(rest).length === 0 ? [] : [rest]));
    this.#now = now;
    this.#rights = this.#rightsOf(parent);
  }

  #rightsOf(grants: Grants): Rights {
    const { catalog, kinds } = this.#policy;
    return Rights.of({ ...grants, caveats: this.#caveats }, catalog, kinds, this.#now);
  }

  part(request: NarrowRequest): { readonly held: Grants; readonly refused: readonly Refused[] } {
    const refused: Refused[] = [];
    const scopes = (request.scopes ?? []).filter((scope) => {
      const why = this.#scopeProblem(scope);
      if (why !== undefined)
        refused.push({ scope, message: `the scope \`${scope}\` is not covered: ${why}` });
      return why === undefined;
    });
    const granular = (request.granular ?? []).flatMap(({ permissions, boundary }): GranularGrant[] => {
      const covered = permissions.filter((permission) => {
        const why = this.#permissionProblem(permission, boundary);
        if (why !== undefined) refused.push(permissionRefused(permission, boundary, why));
        return why === undefined;
      });
      return covered.length === 0 ? [] : [{ permissions: covered, boundary }];
    });
    const policies = heldOf(request.policies, this.#parent.policies);
    const roles = heldOf(request.roles, this.#parent.roles);
    refused.push(
      ...namesRefused('policy', policies.others, NOT_HELD),
      ...namesRefused('role', roles.others, NOT_HELD),
    );
    const lists = { scopes, granular, policies: policies.held, roles: roles.held };
    return { held: Object.fromEntries(Object.entries(lists).filter(([, list]) => list.length > 0)), refused };
  }

  #scopeProblem(scope: string): string | undefined {
    const why = this.#isListed(scope) ? undefined : this.#carriedProblem(scope);
    if (why !== undefined) return why;
    const alone = this.#rightsOf({ scopes: [scope] });
    const narrow = narrowOf(scope);
    const isLeft = narrow
      ? alone.narrow(narrow.verb, narrow.field)
      : alone.coarse !== 'none' || alone.scopes.has(scope);
    if (!isLeft) return 'this token was narrowed to other scopes';
    const isKept = narrow && narrow.field !== '*' && alone.refusal(narrow.verb, narrow.field);
    return isKept ? 'this token was narrowed to other operations' : undefined;
  }

  #isListed(scope: string): boolean {
    return namesIn(this.#parent.scopes).has(scope);
  }

  /** Coarse scopes carry what narrower ones do, but for rules that ask for the narrower one byte for byte (M16). */
  #carriedProblem(scope: string): string | undefined {
    const { coarse, isConfined } = this.#rights;
    const narrow = narrowOf(scope);
    const isCoarse = scope === 'read_api';
    if (!isCoarse && !narrow) return NOT_HELD;
    const isStarred = narrow !== undefined && this.#rights.narrow(narrow.verb, narrow.field);
    const isCarried =
      coarse === 'all' || (coarse === 'read' && narrow !== undefined && narrow.verb !== 'mutate');
    if (!isStarred && !isCarried) return NOT_HELD;
    if (!isStarred && !isCoarse && isConfined)
      return 'it passes in places that require granular tokens, and the coarse scope does not';
    return this.#isAskedFor(scope)
      ? 'a rule asks for this very scope, which this token does not hold'
      : undefined;
  }

  #isAskedFor(scope: string): boolean {
    return [...this.#policy.rules.values()].some(({ elements }) =>
      elements.some(
        (element) => element.kind === 'scopes' && element.anyOf.some((all) => all.includes(scope)),
      ),
    );
  }

  #permissionProblem(permission: string, boundary: GrantBoundary): string | undefined {
    if (typeof boundary === 'string' && !STANDALONE_KINDS.includes(boundary))
      return this.#isHeldAsMember(permission, boundary) ? undefined : NOT_HELD;
    const { catalog, kinds } = this.#policy;
    const place = placeOf(boundary, kinds);
    if (place === undefined) return 'it names no place';
    const raw = expandAssignable(catalog, permission, kindOf(place));
    if (raw.length === 0) return 'it is no permission that can be granted there';
    if (!raw.every((one) => this.#rights.holds([one], place)) && !this.#carries(raw, place)) return NOT_HELD;
    const isLeft = this.#rightsOf({ granular: [{ permissions: [permission], boundary }] }).holds(raw, place);
    return isLeft ? undefined : 'this token was narrowed to other permissions, places or scopes';
  }

  /** Where some places require granular tokens, what lies in one is not known of every place, and so of none (M16). */
  #carries(raw: readonly string[], place: string): boolean {
    const { coarse, limits, isConfined } = this.#rights;
    if (coarse !== 'all' || (isConfined && !this.#isClearOf(place))) return false;
    return limits === undefined || limits.holds(raw, place);
  }

  /** Whether a coarse scope passes in a place and in everything that can lie below it. */
  #isClearOf(place: string): boolean {
    const { kinds } = this.#policy;
    const closed = kinds.granularOnly;
    if (closed === 'everywhere' || STANDALONE_KINDS.includes(kindOf(place))) return false;
    return this.#rights.reaches(place) && ![...closed].some((key) => kinds.lineage(key).includes(place));
  }

  /** `all_memberships` and `personal` are places of which only a request knows: they are covered by the same word. */
  #isHeldAsMember(permission: string, boundary: GrantBoundary): boolean {
    const { catalog, kinds } = this.#policy;
    const { granular } = leftOf(this.#parent, this.#caveats);
    const names = granular.flatMap((grant) => (grant.boundary === boundary ? grant.permissions : []));
    const expanded = (all: readonly string[], kind: string): string[] =>
      all.flatMap((name) => expandAssignable(catalog, name, kind));
    const places = kinds.names().filter((kind) => !STANDALONE_KINDS.includes(kind));
    const isSomething = places.some((kind) => expanded([permission], kind).length > 0);
    return (
      isSomething &&
      places.every((kind) => expanded([permission], kind).every((raw) => expanded(names, kind).includes(raw)))
    );
  }
}

const NOT_HELD = 'this token does not hold it';

function heldOf(
  asked: readonly string[] = [],
  names: readonly string[] | undefined,
): { readonly held: readonly string[]; readonly others: readonly string[] } {
  const known = namesIn(names);
  return { held: asked.filter((one) => known.has(one)), others: asked.filter((one) => !known.has(one)) };
}

/** The earlier of two ends, as it was written. */
function earlier(parent: Grants, request: NarrowRequest): Pick<Grants, 'expires'> {
  const ends = [parent, request].filter(({ expires }) => expires !== undefined);
  const [first, second] = ends;
  const end =
    first &&
    second &&
    endOf({ expires: second.expires as string }) < endOf({ expires: first.expires as string })
      ? second
      : first;
  return end?.expires === undefined ? {} : { expires: end.expires };
}

import type { Policy } from '../compile/policy.ts';
import { nearest } from '../coordinates.ts';
import { STANDALONE_KINDS } from '../rules/requirement.ts';
import type { Grants, GranularGrant } from '../types.ts';

/** Boundaries that a source of memberships resolves to places (M18). */
const MEMBERSHIP_BOUNDARIES: readonly string[] = ['all_memberships', 'personal'];

/** Something in grants that grants nothing, and what was probably meant. */
export interface GrantProblem {
  readonly message: string;
  readonly suggestion?: string;
  /** Where in the grants it stands: `granular`, 0, `permissions`, 1. */
  readonly path?: readonly (string | number)[];
}

/**
 * Names in `grants` that this policy does not know. An engine ignores them; whoever issues tokens refuses them.
 *
 * @param knowsMemberships whether somebody can tell of which boundaries a subject is a member (M18)
 */
export function checkGrants(policy: Policy, grants: Grants, knowsMemberships = false): GrantProblem[] {
  return [
    ...(grants.scopes ?? []).flatMap((scope, index) => at(['scopes', index], scopeProblem(policy, scope))),
    ...(grants.granular ?? []).flatMap((grant, index) =>
      granularProblems(policy, grant, knowsMemberships, ['granular', index]),
    ),
    ...subjectProblems(grants),
  ];
}

type Path = readonly (string | number)[];

function at(path: Path, problem: GrantProblem | undefined): GrantProblem[] {
  return problem === undefined ? [] : [{ ...problem, path }];
}

/** Boundaries that are nothing without a subject. */
const OF_SUBJECT: readonly string[] = ['user', ...MEMBERSHIP_BOUNDARIES];

function subjectProblems({ subject, granular }: Grants): GrantProblem[] {
  const index = (granular ?? []).findIndex(
    ({ boundary }) => typeof boundary === 'string' && OF_SUBJECT.includes(boundary),
  );
  const own = granular?.[index];
  if (subject || !own) return [];
  const message =
    own.boundary === 'user'
      ? "`user` is the token's own subject, and these grants name none"
      : `\`${String(own.boundary)}\` holds where the token's own subject is a member, and these grants name none`;
  return at(['granular', index, 'boundary'], { message, suggestion: 'give a subject' });
}

function scopeProblem(policy: Policy, scope: string): GrantProblem | undefined {
  const known = knownScopes(policy);
  if (known.has(scope)) return undefined;
  const narrow = /^api:graphql:(query|mutate|subscribe):(.*)$/.exec(scope);
  if (!narrow && grantable(policy).has(scope)) {
    return {
      message: `no rule asks for the scope \`${scope}\`; it is a permission`,
      suggestion: 'a permission is granted in a boundary, and not as a scope',
    };
  }
  if (!narrow) {
    const near = nearest(scope, known);
    return {
      message: `no rule asks for the scope \`${scope}\``,
      ...(near === undefined ? {} : { suggestion: near }),
    };
  }
  const [, verb, field = ''] = narrow;
  const { schema } = policy;
  const root =
    verb === 'mutate'
      ? schema.getMutationType()
      : verb === 'query'
        ? schema.getQueryType()
        : schema.getSubscriptionType();
  const fields = Object.keys(root?.getFields() ?? {});
  if (field === '*' || fields.includes(field)) return undefined;
  const near = nearest(field, fields);
  return {
    message: `\`${scope}\` names no ${verb === 'mutate' ? 'mutation' : verb === 'query' ? 'query' : 'subscription'} of this API`,
    ...(near === undefined ? {} : { suggestion: `api:graphql:${verb}:${near}` }),
  };
}

/** Scopes that some rule asks for, and the coarse ones. */
function knownScopes(policy: Policy): Set<string> {
  const scopes = new Set(['api', 'read_api']);
  for (const rule of policy.rules.values()) {
    for (const element of rule.elements) {
      if (element.kind === 'scopes') for (const scope of element.anyOf.flat()) scopes.add(scope);
    }
  }
  return scopes;
}

function granularProblems(
  policy: Policy,
  { permissions, boundary }: GranularGrant,
  knowsMemberships: boolean,
  path: Path,
): GrantProblem[] {
  const kind = typeof boundary === 'string' ? boundary : (Object.keys(boundary)[0] ?? '');
  const isKind = typeof boundary === 'string' || isKindOf(policy, kind);
  const named: GrantProblem[] =
    permissions.length === 0
      ? at([...path, 'permissions'], { message: 'a grant names no permission' })
      : permissions.flatMap((name, index) =>
          at(
            [...path, 'permissions', index],
            // Whether it can be granted there is not to be said of a kind that is not there.
            unknownPermission(policy, name) ?? (isKind ? misplaced(policy, name, kind) : undefined),
          ),
        );
  return [...at([...path, 'boundary'], boundaryProblem(policy, boundary, knowsMemberships)), ...named];
}

function isKindOf({ kinds }: Policy, kind: string): boolean {
  return !STANDALONE_KINDS.includes(kind) && kinds.has(kind);
}

function boundaryProblem(
  policy: Policy,
  boundary: GranularGrant['boundary'],
  knowsMemberships: boolean,
): GrantProblem | undefined {
  if (typeof boundary === 'string') {
    if (STANDALONE_KINDS.includes(boundary) || knowsMemberships) return undefined;
    return {
      message: `\`${boundary}\` needs a source of memberships, and none is configured; it would hold nowhere`,
    };
  }
  const [kind = ''] = Object.keys(boundary);
  if (!isKindOf(policy, kind)) {
    const near = nearest(kind, policy.kinds.names());
    return {
      message: `\`${kind}\` is no kind of boundary of this API; known are ${policy.kinds.names().join(', ')}`,
      ...(near === undefined ? {} : { suggestion: near }),
    };
  }
  const identity = boundary[kind];
  if (policy.kinds.canName(kind, identity)) return undefined;
  return { message: `\`${identity ?? ''}\` cannot identify ${aKind(kind)}` };
}

/** What may be granted by name: bundles, without them permissions, without a catalogue what rules ask for. */
function grantable(policy: Policy): ReadonlyMap<string, unknown> {
  const { assignables, permissions } = policy.catalog;
  return assignables.size > 0 ? assignables : permissions.size > 0 ? permissions : permissionsAsked(policy);
}

function unknownPermission(policy: Policy, name: string): GrantProblem | undefined {
  const known = grantable(policy);
  if (known.has(name)) return undefined;
  const holder = holderOf(policy, name);
  const near = holder ?? nearest(name, known.keys());
  const held = holder === undefined ? '' : `; the bundle \`${holder}\` holds it`;
  return {
    message: `there is no permission \`${name}\` to grant${held}`,
    ...(near === undefined ? {} : { suggestion: near }),
  };
}

/** A permission that is known, in a kind of boundary that is there. */
function misplaced(policy: Policy, name: string, kind: string): GrantProblem | undefined {
  const { assignables } = policy.catalog;
  const kinds = permissionsAsked(policy).get(name) ?? [];
  const places = MEMBERSHIP_BOUNDARIES.includes(kind) ? placeKinds(policy) : [kind];
  const isAsked = kinds.some((asks) => places.some((place) => policy.kinds.canContain(place, asks)));
  if (assignables.size === 0 && !isAsked) {
    return { message: `no rule asks for \`${name}\` ${inKind(kind)} or below it; it would grant nothing` };
  }
  const bundle = assignables.get(name);
  if (!bundle || places.some((place) => bundle.boundaries.includes(place))) return undefined;
  return {
    message: `\`${name}\` cannot be granted ${inKind(kind)}; it is offered for ${bundle.boundaries.join(', ')}`,
  };
}

/** The bundle that people are granted for a raw permission; there is one that is not deprecated, at most. */
function holderOf({ catalog: { assignables } }: Policy, raw: string): string | undefined {
  return [...assignables.values()].find((one) => !one.deprecated && one.permissions.includes(raw))?.name;
}

function inKind(kind: string): string {
  const isAlone = STANDALONE_KINDS.includes(kind) || MEMBERSHIP_BOUNDARIES.includes(kind);
  return isAlone ? `in the boundary \`${kind}\`` : `in ${aKind(kind)}`;
}

function aKind(kind: string): string {
  return `${/^[aeiou]/.test(kind) ? 'an' : 'a'} ${kind}`;
}

/** Kinds of which somebody can be a member. */
function placeKinds(policy: Policy): string[] {
  return policy.kinds.names().filter((kind) => !STANDALONE_KINDS.includes(kind));
}

/** Raw permissions that rules ask for, with the kinds of boundary in which they do. */
function permissionsAsked(policy: Policy): ReadonlyMap<string, readonly string[]> {
  const asked = new Map<string, string[]>();
  for (const element of [...policy.rules.values()].flatMap((rule) => rule.elements)) {
    if (element.kind !== 'permissions') continue;
    const kinds = element.alternatives.map(({ boundaryType }) => boundaryType);
    for (const name of element.names) asked.set(name, [...(asked.get(name) ?? []), ...kinds]);
  }
  return asked;
}

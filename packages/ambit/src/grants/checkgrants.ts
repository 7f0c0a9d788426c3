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
}

/**
 * Names in `grants` that this policy does not know. An engine ignores them; whoever issues tokens refuses them.
 *
 * @param knowsMemberships whether somebody can tell of which boundaries a subject is a member (M18)
 */
export function checkGrants(policy: Policy, grants: Grants, knowsMemberships = false): GrantProblem[] {
  return [
    ...(grants.scopes ?? []).flatMap((scope) => scopeProblem(policy, scope) ?? []),
    ...(grants.granular ?? []).flatMap((grant) => granularProblems(policy, grant, knowsMemberships)),
    ...subjectProblems(grants),
  ];
}

/** Boundaries that are nothing without a subject. */
const OF_SUBJECT: readonly string[] = ['user', ...MEMBERSHIP_BOUNDARIES];

function subjectProblems({ subject, granular }: Grants): GrantProblem[] {
  const own = granular?.find(({ boundary }) => typeof boundary === 'string' && OF_SUBJECT.includes(boundary));
  if (subject || !own) return [];
  const message =
    own.boundary === 'user'
      ? "`user` is the token's own subject, and these grants name none"
      : `\`${String(own.boundary)}\` holds where the token's own subject is a member, and these grants name none`;
  return [{ message, suggestion: 'give a subject' }];
}

function scopeProblem(policy: Policy, scope: string): GrantProblem | undefined {
  const known = knownScopes(policy);
  if (known.has(scope)) return undefined;
  const narrow = /^api:graphql:(query|mutate|subscribe):(.*)$/.exec(scope);
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
): GrantProblem[] {
  const kind = typeof boundary === 'string' ? boundary : (Object.keys(boundary)[0] ?? '');
  const identity = typeof boundary === 'string' ? '' : boundary[kind];
  const problems: GrantProblem[] = [];
  if (typeof boundary !== 'string') {
    if (STANDALONE_KINDS.includes(kind) || !policy.kinds.has(kind)) {
      const near = nearest(kind, policy.kinds.names());
      return [
        {
          message: `\`${kind}\` is no kind of boundary of this API; known are ${policy.kinds.names().join(', ')}`,
          ...(near === undefined ? {} : { suggestion: near }),
        },
      ];
    }
    if (!policy.kinds.canName(kind, identity))
      problems.push({ message: `\`${identity ?? ''}\` cannot identify ${aKind(kind)}` });
  } else if (!STANDALONE_KINDS.includes(boundary) && !knowsMemberships) {
    problems.push({
      message: `\`${boundary}\` needs a source of memberships, and none is configured; it would hold nowhere`,
    });
  }
  if (permissions.length === 0) problems.push({ message: 'a grant names no permission' });
  for (const name of permissions) problems.push(...permissionProblems(policy, name, kind));
  return problems;
}

function permissionProblems(policy: Policy, name: string, kind: string): GrantProblem[] {
  const { assignables, permissions } = policy.catalog;
  const asked = permissionsAsked(policy);
  const known: ReadonlyMap<string, unknown> =
    assignables.size > 0 ? assignables : permissions.size > 0 ? permissions : asked;
  if (!known.has(name)) {
    const holder = holderOf(policy, name);
    const near = holder ?? nearest(name, known.keys());
    const held = holder === undefined ? '' : `; the bundle \`${holder}\` holds it`;
    return [
      {
        message: `there is no permission \`${name}\` to grant${held}`,
        ...(near === undefined ? {} : { suggestion: near }),
      },
    ];
  }
  const kinds = asked.get(name) ?? [];
  const places = MEMBERSHIP_BOUNDARIES.includes(kind) ? placeKinds(policy) : [kind];
  const isAsked = kinds.some((asks) => places.some((place) => policy.kinds.canContain(place, asks)));
  if (assignables.size === 0 && !isAsked) {
    return [{ message: `no rule asks for \`${name}\` ${inKind(kind)} or below it; it would grant nothing` }];
  }
  const bundle = assignables.get(name);
  if (!bundle || places.some((place) => bundle.boundaries.includes(place))) return [];
  return [
    {
      message: `\`${name}\` cannot be granted ${inKind(kind)}; it is offered for ${bundle.boundaries.join(', ')}`,
    },
  ];
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

import type { Ambit } from '../engine.ts';
import { endOf } from '../grants/caveats.ts';
import { needKey, STANDALONE_KINDS } from '../rules/requirement.ts';
import type { Denial, Grants, Need } from '../types.ts';
import { printableLine } from './print.ts';

/** What to do where a caveat keeps a root field from running. */
export const KEPT_ADVICE = 'nothing that could be granted opens it: use a token that is not narrowed so';

/** What would lift a denial, one line each. */
export function adviceFor(ambit: Ambit, denial: Denial): string[] {
  if (denial.caveat) return [KEPT_ADVICE];
  if (denial.requires.length === 0) return [ruleAdvice(ambit)];
  if (denial.kind === 'outside')
    return [
      'what it asks for is held, but not in the place that this operation aims at',
      ...(denial.requires[0]?.map((need) => needAdvice(ambit, need)) ?? []),
    ];
  const lines = [...new Map(denial.missing.map((need) => [needKey(need), needAdvice(ambit, need)])).values()];
  const narrow = narrowScope(ambit, denial);
  return narrow === undefined ? lines : [...lines, `or grant the scope \`${narrow}\``];
}

/** What would open a coordinate that no rule speaks for. */
export function ruleAdvice(ambit: Ambit): string {
  return ambit.policy.rest === 'deny'
    ? 'the rules deny what they do not name: name it there if it is to be opened'
    : 'give it a rule, or use a token with the scope `api`';
}

/** What would make a credential hold a need. */
export function needAdvice(ambit: Ambit, need: Need): string {
  if (typeof need === 'string') return `grant the scope \`${need}\``;
  if ('authenticated' in need) return 'use a token that has a subject';
  if ('policy' in need) return `the policy \`${need.policy}\` has to allow the caller`;
  const { permission, boundaryType } = need;
  const offers = new Map<string, string[]>();
  for (const kind of kindsAbove(ambit, boundaryType)) {
    for (const name of ambit.assignablesFor(permission, kind))
      offers.set(name, [...(offers.get(name) ?? []), kind]);
  }
  const ways = [...offers].map(([name, kinds]) => `\`${name}\` ${places(kinds, boundaryType)}`);
  return ways.length > 0
    ? `grant ${ways.join(', or ')}`
    : `no permission of the catalogue that can be granted holds \`${permission}\` in ${aKind(boundaryType)}`;
}

/** Kinds in which a grant covers a boundary of `kind`: the kind itself first. */
function kindsAbove(ambit: Ambit, kind: string): string[] {
  if (STANDALONE_KINDS.includes(kind)) return [kind];
  const { kinds } = ambit.policy;
  return [kind, ...kinds.names().filter((upper) => upper !== kind && kinds.canContain(upper, kind))];
}

function places(kinds: readonly string[], wanted: string): string {
  const [first = wanted, ...above] = kinds;
  if (STANDALONE_KINDS.includes(first)) return `in the boundary \`${first}\``;
  const own = first === wanted ? `in the ${first}` : `in ${aKind(first)} above the ${wanted}`;
  return above.length === 0 ? own : `${own} or in ${above.map(aKind).join(' or ')} above it`;
}

function aKind(kind: string): string {
  return `${/^[aeiou]/.test(kind) ? 'an' : 'a'} ${kind}`;
}

/** A mutation's own permissions are also held by its narrow scope (M17). */
function narrowScope(ambit: Ambit, denial: Denial): string | undefined {
  const root = ambit.policy.schema.getMutationType()?.name ?? '';
  const [type, field] = denial.coordinate.split('.');
  const isPermission = denial.missing.every((need) => typeof need === 'object' && 'permission' in need);
  if (type !== root || field === undefined || field.includes('(') || !isPermission) return undefined;
  return `api:graphql:mutate:${field}`;
}

/** What in grants grants nothing is told on stderr: it is no error, and mostly a slip. */
export function tellIgnored(ambit: Ambit, grants: Grants, now: number): void {
  const told = ambit
    .checkGrants(grants)
    .map(
      ({ message, suggestion }) =>
        `${message}${suggestion === undefined ? '' : `; did you mean \`${suggestion}\`?`}`,
    );
  const end = endOf(grants);
  if (!(end > now)) told.push(`they expired at ${new Date(end).toISOString()}, and hold nothing`);
  if (grants.caveats?.some(({ address }) => address !== undefined))
    told.push('they are for some addresses only, which nobody can check here: they hold nothing');
  for (const line of told) process.stderr.write(`ambit: about the grants: ${printableLine(line)}\n`);
}

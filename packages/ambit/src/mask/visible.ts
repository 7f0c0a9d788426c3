import { DirectiveLocation, type GraphQLDirective, isSpecifiedDirective } from 'graphql';
import type { Policy } from '../compile/policy.ts';
import type { Rights } from '../grants/rights.ts';
import { RULE_DIRECTIVES } from '../rules/directives.ts';
import { type Live, liveFields } from './alive.ts';
import type { ShownFields } from './contract.ts';
import { InputViews } from './inputs.ts';
import { Membership } from './membership.ts';
import { Possible } from './possible.ts';
import { SuppliedTypes } from './supplied.ts';
import { Walk } from './walk.ts';

/** Everything that a credential may see, as names in the schema. */
export interface Visible {
  /** Object types by name. */
  readonly objects: ReadonlyMap<string, ShownFields>;
  /** Which types still implement which interfaces, and what those show. */
  readonly membership: Membership;
  /** Input types and enums. */
  readonly supplied: SuppliedTypes;
  /** Directives, with the names of their shown arguments. */
  readonly directives: ReadonlyMap<GraphQLDirective, ReadonlySet<string>>;
}

/**
 * What rights can see of a schema (M19): a coordinate is visible if some object, boundary and argument values exist
 * for which the rights allow it, and if it can stand in a valid schema.
 */
export function visible(policy: Policy, rights: Rights): Visible {
  const possible = new Possible(policy, rights);
  const views = new InputViews(possible);
  const walk = new Walk(possible, views);
  const supplied = new SuppliedTypes(views);
  const directives = shownDirectives(possible, views, supplied);
  const membership = new Membership(policy.schema, supplied, (union) =>
    possible.coordinates([union], possible.coarse('query')),
  );
  let live = liveFields(walk, membership.belongs);
  reachInputs(live, supplied);
  while (membership.settle(live.fields)) live = liveFields(walk, membership.belongs);
  return { objects: live.fields, membership, supplied, directives };
}

/** Takes in the input types of visible fields and the enums that they return. */
function reachInputs({ fields, visits }: Live, supplied: SuppliedTypes): void {
  for (const candidates of fields.values()) {
    for (const { field, args, waived } of candidates.values())
      supplied.reachArguments(field.args, args, waived);
  }
  for (const { leaves, coarse } of visits) {
    for (const { returned } of leaves) supplied.reach(returned.type, coarse);
  }
}

/**
 * Specified directives stay; others stay if an operation may use them (M26). Those in which rules are written are
 * never shown.
 */
function shownDirectives(
  possible: Possible,
  views: InputViews,
  supplied: SuppliedTypes,
): Visible['directives'] {
  const shown = new Map<GraphQLDirective, ReadonlySet<string>>();
  const coarse = possible.coarse('query');
  for (const directive of possible.policy.schema.getDirectives()) {
    if (!isUsable(directive, possible, coarse)) continue;
    const open = views.of(coarse).suppliable(directive.args, (arg) => [`@${directive.name}(${arg}:)`]);
    if (!open) continue;
    shown.set(directive, open);
    supplied.reachArguments(directive.args, open, coarse);
  }
  return shown;
}

function isUsable(directive: GraphQLDirective, possible: Possible, coarse: boolean): boolean {
  const { name } = directive;
  if (RULE_DIRECTIVES.includes(name)) return false;
  if (isSpecifiedDirective(directive) || name === 'defer' || name === 'stream') return true;
  if (!directive.locations.some((location) => EXECUTABLE.includes(location))) return false;
  const rule = possible.policy.rules.get(`@${name}`);
  if (!rule) return possible.unmarked(coarse) || possible.policy.coverage === 'open';
  return (rule.public || rule.elements.length > 0) && possible.rule(rule, coarse);
}

/** Where a client's document can hold a directive. */
export const EXECUTABLE: readonly DirectiveLocation[] = [
  DirectiveLocation.QUERY,
  DirectiveLocation.MUTATION,
  DirectiveLocation.SUBSCRIPTION,
  DirectiveLocation.FIELD,
  DirectiveLocation.FRAGMENT_DEFINITION,
  DirectiveLocation.FRAGMENT_SPREAD,
  DirectiveLocation.INLINE_FRAGMENT,
  DirectiveLocation.VARIABLE_DEFINITION,
];

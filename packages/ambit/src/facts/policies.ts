import { type GraphQLNamedType, isEnumType } from 'graphql';
import type { Policy } from '../compile/policy.ts';
import { fieldCoordinate } from '../coordinates.ts';
import { conditionsHold } from '../plan/conditions.ts';
import { suppliedDirectiveRules, suppliedRules, type Variables } from '../plan/inputs.ts';
import type { FieldUse, Plan, Selection } from '../plan/plan.ts';
import type { Rule } from '../rules/requirement.ts';

/** Names of policies that these rules ask for. */
export function policiesIn(rules: Iterable<Rule>): Set<string> {
  const names = new Set<string>();
  for (const { elements } of rules) {
    for (const element of elements) {
      if (element.kind === 'policies') for (const name of element.anyOf.flat()) names.add(name);
    }
  }
  return names;
}

/** Names of policies that stand in the way of one operation, whatever the credential holds. */
export function policiesAsked(policy: Policy, plan: Plan, variables: Variables): Set<string> {
  const rules: Rule[] = [];
  const ask = (coordinate: string): void => {
    const rule = policy.rules.get(coordinate);
    if (rule) rules.push(rule);
  };
  for (const { node } of plan.directives) {
    ask(`@${node.name.value}`);
    rules.push(...suppliedDirectiveRules(policy, node, variables));
  }
  const selection = ({ access, fields }: Selection): void => {
    rules.push(...access.rules, ...access.nodeTypes.flatMap((type) => policy.typeAccess(type).rules));
    for (const use of fields.values()) field(use);
  };
  const field = (use: FieldUse): void => {
    if (!use.occurrences.some(({ conditions }) => conditionsHold(conditions, variables.coerced))) return;
    rules.push(...(use.access?.rules ?? []), ...suppliedRules(policy, use, variables));
    for (const value of valuesOf(use.returned)) ask(value);
    for (const inner of use.selections.values()) selection(inner);
  };
  selection(plan.root);
  return policiesIn(rules);
}

/** Coordinates of the values that an enum can answer with. */
function valuesOf(type: GraphQLNamedType | undefined): readonly string[] {
  return isEnumType(type) ? type.getValues().map(({ name }) => fieldCoordinate(type.name, name)) : [];
}

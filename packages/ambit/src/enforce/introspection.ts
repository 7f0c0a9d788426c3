import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLError,
  type GraphQLSchema,
  Kind,
  OperationTypeNode,
  type SelectionNode,
  visit,
} from 'graphql';
import { type Decision, deadKey, usesOf } from '../decide/decision.ts';
import { executeWholeSync } from '../graphql/execute.ts';
import type { CoercedVariables } from '../graphql/values.ts';
import { conditionsHold } from '../plan/conditions.ts';
import type { FieldUse, Plan } from '../plan/plan.ts';
import { introspectionAnswer } from './answers.ts';
import { answerSize } from './answersize.ts';

/** What `__schema` and `__type` answer, by `deadKey` of the path at which they were asked. */
export interface Introspected {
  readonly values: ReadonlyMap<string, unknown>;
  readonly errors: readonly GraphQLError[];
}

const NOTHING: Introspected = { values: new Map(), errors: [] };

/**
 * Answers every introspection field of an operation, at whatever depth and in whatever fragment, by executing it
 * on the mask itself. graphql-js's introspection asks the schema that executes for possible types, so a value of
 * the mask inside an execution of the whole schema would still name what is hidden.
 */
export function introspect(plan: Plan, decision: Decision, mask: () => GraphQLSchema): Introspected {
  if (!plan.introspects) return NOTHING;
  const values = new Map<string, unknown>();
  const errors: GraphQLError[] = [];
  for (const use of usesOf(plan.root)) {
    if (use.kind !== 'introspection') continue;
    const selections = activeNodes(use, decision);
    if (selections.length === 0) continue;
    const { variables } = decision.scene;
    const quick = quickAnswer(mask(), selections, plan, variables);
    if (quick !== undefined) {
      const isTooLarge = answerSize(quick) > mostValues(mask());
      values.set(deadKey(use.path), isTooLarge ? null : quick);
      if (isTooLarge) errors.push(tooLarge(use));
      continue;
    }
    const result = executeWholeSync({
      schema: mask(),
      document: documentOf(plan, selections),
      variableValues: variables.raw,
    });
    values.set(deadKey(use.path), result.data?.[use.key] ?? null);
    errors.push(...(result.errors ?? []));
  }
  return { values, errors };
}

/** Tools ask for some twenty values of each element. */
const VALUES_PER_ELEMENT = 60;
const VALUES_AT_LEAST = 100_000;

function mostValues(mask: GraphQLSchema): number {
  let elements = 0;
  for (const type of Object.values(mask.getTypeMap()))
    elements += 1 + ('getFields' in type ? Object.keys(type.getFields()).length : 0);
  return VALUES_AT_LEAST + elements * VALUES_PER_ELEMENT;
}

function tooLarge({ path }: FieldUse): GraphQLError {
  return new GraphQLError('the answer would be too large; ask for less of the schema at a time', {
    path: [...path],
  });
}

/** The answer read straight from the mask; undefined where something is not as expected, and graphql has to say what. */
function quickAnswer(
  mask: GraphQLSchema,
  nodes: readonly FieldNode[],
  plan: Plan,
  values: CoercedVariables,
): unknown {
  try {
    return introspectionAnswer(mask, nodes, plan.fragments, values);
  } catch {
    return undefined;
  }
}

/** The written nodes whose conditions hold; their own conditions are evaluated again and agree. */
function activeNodes(use: FieldUse, decision: Decision): FieldNode[] {
  const { coerced } = decision.scene.variables;
  return use.occurrences
    .filter(({ conditions }) => conditionsHold(conditions, coerced))
    .map(({ node }) => node);
}

function documentOf(plan: Plan, selections: readonly SelectionNode[]): DocumentNode {
  const variables = new Set<string>();
  const fragments = new Map<string, FragmentDefinitionNode>();
  const gather = (node: SelectionNode | FragmentDefinitionNode): void => {
    visit(node, {
      Variable: ({ name }) => void variables.add(name.value),
      FragmentSpread: ({ name }) => {
        const fragment = plan.fragments.get(name.value);
        if (!fragment || fragments.has(name.value)) return;
        fragments.set(name.value, fragment);
        gather(fragment);
      },
    });
  };
  for (const node of selections) gather(node);
  const definitions = plan.operation.variableDefinitions ?? [];
  return {
    kind: Kind.DOCUMENT,
    definitions: [
      {
        kind: Kind.OPERATION_DEFINITION,
        operation: OperationTypeNode.QUERY,
        variableDefinitions: definitions.filter(({ variable }) => variables.has(variable.name.value)),
        selectionSet: { kind: Kind.SELECTION_SET, selections },
      },
      ...fragments.values(),
    ],
  };
}

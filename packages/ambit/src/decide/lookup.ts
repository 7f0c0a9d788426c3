import {
  type DocumentNode,
  type FieldNode,
  type GraphQLObjectType,
  Kind,
  OperationTypeNode,
  type SelectionNode,
} from 'graphql';
import type { Policy } from '../compile/policy.ts';
import type { BoundaryPath } from '../rules/boundarypath.ts';
import { identityOf, NO_IDENTITY } from '../rules/placesource.ts';
import { type Lookup, lookupKey } from './scene.ts';

/**
 * Runs a query with the API's own right; answers its `data` without the root fields in which something failed, or
 * undefined where there is none.
 */
export type RunQuery = (document: DocumentNode, variables: Record<string, unknown>) => Promise<unknown>;

/** At most so many ids in one request: a boundary argument with more is not looked up, and so denied. */
const MAX_LOOKUPS = 100;

/**
 * Looks up the identities behind ids through `Query.node(id:)`, all in one query: null where the object has none, and
 * `NO_IDENTITY` where nothing is found or something goes wrong on the way.
 */
export async function lookUp(
  policy: Policy,
  lookups: readonly Lookup[],
  run: RunQuery,
): Promise<Map<string, string | null>> {
  const facts = new Map<string, string | null>(lookups.map((lookup) => [lookupKey(lookup), NO_IDENTITY]));
  if (lookups.length > MAX_LOOKUPS) return facts;
  let data: unknown;
  try {
    data = await run(
      lookupDocument(policy, lookups),
      Object.fromEntries(lookups.map(({ id }, index) => [`id${index}`, id])),
    );
  } catch {
    return facts;
  }
  for (const [index, lookup] of lookups.entries())
    facts.set(lookupKey(lookup), identityIn(own(data, `n${index}`), policy, lookup));
  return facts;
}

function lookupDocument(policy: Policy, lookups: readonly Lookup[]): DocumentNode {
  const selections = lookups.map(
    ({ kind, boundary }, index): FieldNode => ({
      kind: Kind.FIELD,
      alias: name(`n${index}`),
      name: name('node'),
      arguments: [{ kind: Kind.ARGUMENT, name: name('id'), value: variable(index) }],
      selectionSet: {
        kind: Kind.SELECTION_SET,
        selections: [
          { kind: Kind.FIELD, alias: name('t'), name: name('__typename') },
          ...policy.lookupTypes(kind, boundary).map((type, at) => branch(type, boundary, at)),
        ],
      },
    }),
  );
  return {
    kind: Kind.DOCUMENT,
    definitions: [
      {
        kind: Kind.OPERATION_DEFINITION,
        operation: OperationTypeNode.QUERY,
        variableDefinitions: lookups.map((_, index) => ({
          kind: Kind.VARIABLE_DEFINITION,
          variable: variable(index),
          type: { kind: Kind.NON_NULL_TYPE, type: { kind: Kind.NAMED_TYPE, name: name('ID') } },
        })),
        selectionSet: { kind: Kind.SELECTION_SET, selections },
      },
    ],
  };
}

/** Each type has a key of its own: fields of different nullability may not share one. */
function branch(type: GraphQLObjectType, boundary: BoundaryPath, at: number): SelectionNode {
  return {
    kind: Kind.INLINE_FRAGMENT,
    typeCondition: { kind: Kind.NAMED_TYPE, name: name(type.name) },
    selectionSet: {
      kind: Kind.SELECTION_SET,
      selections: [{ ...boundary.selection, alias: name(`b${at}`) }],
    },
  };
}

function identityIn(node: unknown, policy: Policy, { kind, boundary }: Lookup): string | null {
  const typeName = own(node, 't');
  if (typeof typeName !== 'string') return NO_IDENTITY;
  const at = policy.lookupTypes(kind, boundary).findIndex((type) => type.name === typeName);
  // An object of another type lies in no place of this kind.
  if (at < 0) return null;
  let value = own(node, `b${at}`);
  for (const step of boundary.steps.slice(1)) {
    if (value === null) return null;
    value = own(value, step);
  }
  return identityOf(value);
}

function own(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? (value as Record<string, unknown>)[key]
    : undefined;
}

function name(value: string): { kind: Kind.NAME; value: string } {
  return { kind: Kind.NAME, value };
}

function variable(index: number): { kind: Kind.VARIABLE; name: { kind: Kind.NAME; value: string } } {
  return { kind: Kind.VARIABLE, name: name(`id${index}`) };
}

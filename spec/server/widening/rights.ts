import { createForge, globalId } from '@ambit/example-forge';
import type { Grants } from 'ambit';
import type { MatrixOperation } from 'ambit/testing';

import { generatedDocument } from '../../../packages/ambit/src/testing/generate.ts';
import { forgeOperations } from '../../forge/operations.ts';
import { forgeEngine } from '../../forge/world.ts';

/** An operation of Forge, one for each of its root fields. */
export interface Operation {
  readonly field: string;
  readonly document: string;
  readonly variables: Readonly<Record<string, unknown>>;
  /** Whether it asks behind an interface or a union. */
  readonly isAbstract: boolean;
}

const { schema, data } = createForge();
const engine = forgeEngine(schema);
const ORDER = ['rejected', 'filtered', 'deferred', 'allowed'] as const;
const VERBS = { Query: 'query', Mutation: 'mutation', Subscription: 'subscription' } as const;

/** One operation for every root field. */
export const operations: readonly Operation[] = everyOperation();

/** What grants are allowed of one operation. Paths are those of the response, joined by dots. */
export interface Right {
  readonly outcome: (typeof ORDER)[number];
  readonly denied: readonly string[];
  readonly deferred: readonly string[];
}

/** By root field. */
export type Rights = ReadonlyMap<string, Right>;

/** The assignable permissions of Forge, with the kinds of boundary in which each can be held. */
export const assignables: readonly { readonly name: string; readonly boundaries: readonly string[] }[] = [
  ...engine.policy.catalog.assignables.values(),
];

const known = new Map<string, Rights>();

/** What grants are allowed, over all operations. */
export function rightsOf(grants: Grants): Rights {
  const { expires: _alike, ...rest } = grants;
  const key = JSON.stringify(rest);
  const before = known.get(key);
  if (before !== undefined) return before;
  const rights = new Map(operations.map((operation) => [operation.field, rightTo(operation, rest)]));
  if (known.size > 5_000) known.clear();
  known.set(key, rights);
  return rights;
}

function rightTo({ document, variables }: Operation, grants: Grants): Right {
  const { outcome, denied, deferred } = engine.decide({ document, variables, grants });
  return {
    outcome,
    denied: denied.map(({ path }) => path.join('.')),
    deferred: deferred.map(({ path }) => path.join('.')),
  };
}

// There a decision names no type of which nothing is held: what it comes to is seen in the answers.
const abstract = new Set(operations.filter(({ isAbstract }) => isAbstract).map(({ field }) => field));

/** Where grants are allowed what `bound` is not, a sentence each. */
export function exceeds(child: Grants, bound: Grants): string[] {
  const held = rightsOf(child);
  return [...rightsOf(bound)].flatMap(([field, most]) => {
    const right = held.get(field);
    return right === undefined
      ? [`${field} was not decided`]
      : beyond(right, most, abstract.has(field)).map((what) => `${field}: ${what}`);
  });
}

function beyond(right: Right, most: Right, isAbstract: boolean): string[] {
  const found = [];
  if (ORDER.indexOf(right.outcome) > ORDER.indexOf(most.outcome))
    found.push(`${right.outcome}, where at most ${most.outcome} may be`);
  // What is rejected as a whole shows nothing, whatever else would be denied of it.
  if (right.outcome === 'rejected' || isAbstract) return found;
  const isCut = (path: string): boolean =>
    right.denied.some((denied) => denied === '' || path === denied || path.startsWith(`${denied}.`));
  const shown = most.denied.filter((path) => !isCut(path));
  if (shown.length > 0) found.push(`${shown.join(', ')} may not be shown`);
  const unasked = most.deferred.filter((path) => !isCut(path) && !right.deferred.includes(path));
  if (unasked.length > 0) found.push(`${unasked.join(', ')} may not be shown without asking objects`);
  return found;
}

/** Whether an answer shows nothing that another one does not: nulls for values, and fewer items. */
export function isWithin(child: unknown, parent: unknown): boolean {
  if (child === null || child === undefined) return true;
  if (typeof child !== 'object') return child === parent;
  if (typeof parent !== 'object' || parent === null) return false;
  if (Array.isArray(child)) return Array.isArray(parent) && isSubsequence(child, parent);
  const of = parent as Readonly<Record<string, unknown>>;
  return Object.entries(child).every(([key, value]) => isWithin(value, of[key]));
}

// Of what is in order, the first that fits is as good as any later one.
function isSubsequence(child: readonly unknown[], parent: readonly unknown[]): boolean {
  let at = 0;
  return child.every((item) => {
    if (item === null) return true;
    while (at < parent.length && !isWithin(item, parent[at])) at += 1;
    at += 1;
    return at <= parent.length;
  });
}

function everyOperation(): readonly Operation[] {
  const note = data.notes.find(({ noteable }) => data.noteable(noteable).projectId === 1);
  if (note === undefined) throw new Error('there is no note in the first project');
  return Object.entries(forgeOperations(globalId(note))).map(([field, operation]) => ({
    field,
    document: documentOf(field, operation),
    isAbstract: operation.isAbstract === true,
    variables: operation.document === undefined ? (operation.arguments ?? {}) : (operation.variables ?? {}),
  }));
}

function documentOf(field: string, { document, arguments: given = {} }: MatrixOperation): string {
  if (typeof document === 'string') return document;
  const [root = '', name = ''] = field.split('.');
  const type = schema.getType(root);
  const definition = type !== undefined && 'getFields' in type ? type.getFields()[name] : undefined;
  if (definition === undefined || !('args' in definition)) throw new Error(`there is no ${field}`);
  return generatedDocument(VERBS[root as keyof typeof VERBS], definition, given);
}

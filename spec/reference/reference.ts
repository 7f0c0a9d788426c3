import {
  type DocumentNode,
  type GraphQLObjectType,
  type GraphQLSchema,
  getVariableValues,
  Kind,
  type OperationDefinitionNode,
} from 'graphql';
import type { Request, Seen, Witness } from './asking.ts';
import { Before } from './before.ts';
import { Book } from './covering.ts';
import { type Catalogue, Credential, type Grants } from './credential.ts';
import { During } from './during.ts';
import { type Use, usesOf } from './operation.ts';
import { type Kinds, type RulesMapping, readRules } from './rules.ts';

/** What protects a schema. */
export interface Setting {
  readonly schema: GraphQLSchema;
  readonly rules?: RulesMapping;
  readonly catalogue?: Catalogue;
  readonly boundaries?: Kinds;
  readonly coverage?: 'strict' | 'open';
}

/** One request: a valid document, and the data over which it runs. */
export interface Asked {
  readonly document: DocumentNode;
  readonly operationName?: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly grants: Grants;
  readonly effect?: 'filter' | 'reject';
  /** The object on which the root fields are read. */
  readonly root: unknown;
  readonly now?: number;
  readonly witness?: Witness;
}

/** What the promise says that the answer is. */
export interface Answered {
  /** Whether nothing ran. */
  readonly refused: boolean;
  /** Absent where the operation was refused. */
  readonly data?: Record<string, unknown> | null;
  /** Response paths of coded denials, without list indices, each once, sorted. */
  readonly denied: readonly string[];
  /** Further denials that may be told or not: a null took their place along. */
  readonly optional: readonly string[];
  /** Whether the answer carries any error. */
  readonly hasErrors: boolean;
  readonly seen: Seen;
}

/** The promise of Ambit, read aloud: no plans, no masks, nothing kept. `docs/reference/semantics.md` is its text. */
export class Reference {
  readonly #setting: Setting;
  readonly #book: Book;
  readonly #kinds: Kinds;

  constructor(setting: Setting) {
    this.#setting = setting;
    const rules = readRules(setting.schema, setting.rules ?? {});
    this.#book = new Book(setting.schema, rules, {
      isOpen: setting.coverage === 'open',
      isRestDenied: setting.rules?.rest === 'deny',
    });
    const configured = { ...setting.rules?.boundaries, ...setting.boundaries };
    const named = [...rules.values()].flatMap(({ asks }) =>
      asks.flatMap((ask) => ('places' in ask ? ask.places.map(({ kind }) => [kind, {}] as const) : [])),
    );
    this.#kinds = Object.keys(configured).length > 0 ? configured : Object.fromEntries(named);
  }

  answer(asked: Asked): Answered {
    const { schema } = this.#setting;
    const seen = { boundary: false, inputRule: false, inherits: false, traversal: false, withheld: false };
    const definition = operationOf(asked.document, asked.operationName);
    const raw = asked.variables ?? {};
    const variables = getVariableValues(schema, definition.variableDefinitions ?? [], raw);
    if (!variables.coerced) return { refused: true, denied: [], optional: [], hasErrors: true, seen };
    const { document, root } = asked;
    const operation = { schema, document, definition, raw, coerced: variables.coerced };
    const credential = new Credential(
      asked.grants,
      this.#setting.catalogue,
      this.#kinds,
      asked.now ?? Date.now(),
    );
    const request: Request = { witness: asked.witness, seen, book: this.#book, credential, operation, root };
    const uses = usesOf(operation, rootOf(schema, definition));
    const before = new Before(request, uses);
    return settle(request, uses, before, asked.effect ?? 'filter');
  }
}

function settle(request: Request, uses: readonly Use[], before: Before, effect: string): Answered {
  const isMutation = request.operation.definition.operation === 'mutation';
  const isDead = deadEverywhere(before);
  const known = before.denials.filter(({ path }) =>
    path.some((_, index) => isDead(path.slice(0, index + 1).join('.'))),
  );
  const told = known.filter(({ kind }) => kind === 'missing').map(({ path }) => path.join('.'));
  const isLeft = uses.some((use) => !before.dead.has(use));
  const rejects = known.some((denial) => (denial.effect ?? effect) === 'reject');
  const isRefused =
    known.length > 0 && (isMutation || rejects || (!isLeft && (told.length > 0 || effect === 'reject')));
  if (isRefused)
    return { refused: true, denied: sorted(told), optional: [], hasErrors: true, seen: request.seen };
  const during = new During(request, before, (use) => isDead(use.path.join('.')));
  const data = during.run(uses, request.root);
  const denied = sorted([...told, ...during.denied]);
  if (denied.length + during.lost.length > 0) request.seen.withheld = true;
  const hasErrors = denied.length + during.lost.length > 0 || during.hasOwnErrors;
  return { refused: false, data, denied, optional: during.lost, hasErrors, seen: request.seen };
}

/** Whether every use at a response position is denied, whatever the type of the object on which it stands. */
function deadEverywhere({ decided, dead }: Before): (path: string) => boolean {
  const at = (uses: readonly Use[]): Set<string> => new Set(uses.map(({ path }) => path.join('.')));
  const denied = at([...dead]);
  const alive = at([...decided].filter((use) => !dead.has(use)));
  return (path) => denied.has(path) && !alive.has(path);
}

function operationOf(document: DocumentNode, name: string | undefined): OperationDefinitionNode {
  const found = document.definitions.find(
    (one) => one.kind === Kind.OPERATION_DEFINITION && (name === undefined || one.name?.value === name),
  );
  return found as OperationDefinitionNode;
}

function rootOf(schema: GraphQLSchema, { operation }: OperationDefinitionNode): GraphQLObjectType {
  const root = {
    query: schema.getQueryType(),
    mutation: schema.getMutationType(),
    subscription: schema.getSubscriptionType(),
  }[operation];
  return root as GraphQLObjectType;
}

function sorted(paths: readonly string[]): string[] {
  return [...new Set(paths)].sort();
}

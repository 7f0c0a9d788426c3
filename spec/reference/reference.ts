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
import { Ground, type Places } from './ground.ts';
import { type Use, usesOf } from './operation.ts';
import { type Kinds, type RulesMapping, readRules } from './rules.ts';

/** What protects a schema. */
export interface Setting {
  readonly schema: GraphQLSchema;
  readonly rules?: RulesMapping;
  readonly catalogue?: Catalogue;
  readonly boundaries?: Kinds;
  readonly coverage?: 'strict' | 'open';
  /** What is told of places whose kinds say that they are asked for. */
  readonly places?: Places;
  /** Places that require granular tokens. */
  readonly granularOnly?: readonly Readonly<Record<string, string>>[];
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
  readonly #ground: Ground;

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
    const kinds: Kinds = Object.keys(configured).length > 0 ? configured : Object.fromEntries(named);
    this.#ground = new Ground(kinds, setting.places ?? {}, setting.granularOnly ?? []);
  }

  answer(asked: Asked): Answered {
    const { schema } = this.#setting;
    const seen = nothingSeen();
    const definition = operationOf(asked.document, asked.operationName);
    const raw = asked.variables ?? {};
    const variables = getVariableValues(schema, definition.variableDefinitions ?? [], raw);
    if (!variables.coerced) return { refused: true, denied: [], optional: [], hasErrors: true, seen };
    const { document, root } = asked;
    const operation = { schema, document, definition, raw, coerced: variables.coerced };
    const credential = new Credential(
      asked.grants,
      this.#setting.catalogue,
      this.#ground,
      asked.now ?? Date.now(),
    );
    const request: Request = { witness: asked.witness, seen, book: this.#book, credential, operation, root };
    const uses = usesOf(operation, rootOf(schema, definition));
    const effect = asked.effect ?? 'filter';
    // Nobody looks up what an operation aims at that is refused anyhow (M14).
    const unaided = new Verdict({ ...request, looksUp: false }, uses, effect);
    return (unaided.isRejected ? unaided : new Verdict({ ...request, looksUp: true }, uses, effect)).answer();
  }
}

function nothingSeen(): Seen {
  const places = { asked: false, unfound: false, granularOnly: false };
  return {
    boundary: false,
    inputRule: false,
    inherits: false,
    traversal: false,
    withheld: false,
    ...places,
  };
}

/** What becomes of one operation as a whole (M9, M10). */
class Verdict {
  /** Whether no part of it may be given. */
  readonly isRejected: boolean;
  readonly #request: Request;
  readonly #uses: readonly Use[];
  readonly #before: Before;
  readonly #isDead: (path: string) => boolean;
  readonly #told: readonly string[];
  readonly #isRefused: boolean;

  constructor(request: Request, uses: readonly Use[], effect: string) {
    this.#request = request;
    this.#uses = uses;
    this.#before = new Before(request, uses);
    this.#isDead = deadEverywhere(this.#before);
    const known = this.#before.denials.filter(({ path }) =>
      path.some((_, index) => this.#isDead(path.slice(0, index + 1).join('.'))),
    );
    this.#told = known.filter(({ kind }) => kind === 'missing').map(({ path }) => path.join('.'));
    const isMutation = request.operation.definition.operation === 'mutation';
    const isLeft = uses.some((use) => !this.#before.dead.has(use));
    const rejects = known.some((denial) => (denial.effect ?? effect) === 'reject');
    this.isRejected = known.length > 0 && (isMutation || rejects || !isLeft);
    // A query that only aims outside is nothing but null (M11).
    this.#isRefused = this.isRejected && (isMutation || rejects || this.#told.length > 0);
  }

  answer(): Answered {
    const { seen, root } = this.#request;
    if (this.#isRefused)
      return { refused: true, denied: sorted(this.#told), optional: [], hasErrors: true, seen };
    const during = new During(this.#request, this.#before, (use) => this.#isDead(use.path.join('.')));
    const data = during.run(this.#uses, root);
    const denied = sorted([...this.#told, ...during.denied]);
    const isTold = denied.length + during.lost.length > 0;
    if (isTold) seen.withheld = true;
    return {
      refused: false,
      data,
      denied,
      optional: during.lost,
      hasErrors: isTold || during.hasOwnErrors,
      seen,
    };
  }
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

import { isAbstractType } from 'graphql';
import type { Policy } from '../compile/policy.ts';
import { isWaivable } from '../decide/guard.ts';
import type { Place } from '../decide/locate.ts';
import { conditionsHold } from '../plan/conditions.ts';
import { suppliedRules, type Variables } from '../plan/inputs.ts';
import type { FieldUse, Plan, Selection } from '../plan/plan.ts';
import { type Rule, requirementOf } from '../rules/requirement.ts';
import type { Requirement } from '../types.ts';

/** One rule that an operation is asked for, and where. */
export interface Asked {
  readonly rule: Rule;
  readonly requires: Requirement;
  readonly use: FieldUse;
  readonly place: Place;
}

interface Reader {
  reads: number;
  traversed: boolean;
}

interface Context {
  readonly reader: Reader | undefined;
  readonly connection: readonly Rule[] | undefined;
}

/** Every rule that stands in the way of an operation, for a credential that holds nothing yet. */
export function asks(policy: Policy, plan: Plan, variables: Variables | undefined): Asked[] {
  const survey = new Survey(policy, plan, variables);
  for (const use of plan.root.fields.values()) survey.use(use, { reader: undefined, connection: undefined });
  return [...survey.asked.values()];
}

class Survey {
  readonly asked: Map<string, Asked> = new Map();
  readonly #policy: Policy;
  readonly #plan: Plan;
  readonly #variables: Variables | undefined;

  constructor(policy: Policy, plan: Plan, variables: Variables | undefined) {
    this.#policy = policy;
    this.#plan = plan;
    this.#variables = variables;
  }

  use(use: FieldUse, context: Context): void {
    if (!this.#active(use) || !use.access) return;
    for (const rule of use.access.rules) this.#ask(rule, { use, as: 'field' });
    const variables = this.#variables ?? {
      raw: {},
      coerced: {},
      operation: this.#plan.operation,
    };
    for (const rule of suppliedRules(this.#policy, use, variables)) this.#ask(rule, { use, as: 'input' });
    if (!use.access.covered) this.#askCoarse(use, use.access.coordinate);
    if (use.kind === 'leaf') this.#leaf(use, context);
    else for (const selection of this.#relevant(use)) this.#selection(use, selection, context);
  }

  #active(use: FieldUse): boolean {
    const coerced = this.#variables?.coerced;
    if (!coerced) return true;
    return use.occurrences.some(({ conditions }) => conditionsHold(conditions, coerced));
  }

  #leaf(use: FieldUse, { reader, connection }: Context): void {
    if (connection) for (const rule of connection) this.#ask(rule, { use, as: 'connection' });
    if (connection && reader) reader.traversed = true;
    else if (reader) reader.reads += 1;
  }

  /** Of an abstract type: those concrete types for which the client wrote something, else those that can be had. */
  #relevant(use: FieldUse): readonly Selection[] {
    const all = [...use.selections.values()];
    if (!isAbstractType(use.returned)) return all;
    const written = all.filter(({ access }) => this.#plan.typeConditions.has(access.type.name));
    if (written.length > 0) return written;
    const marked = all.filter(({ access }) => access.cover !== 'unmarked');
    return marked.length > 0 ? marked : all;
  }

  #selection(use: FieldUse, selection: Selection, context: Context): void {
    const { access } = selection;
    if (access.cover !== 'inherits') {
      this.#object(use, selection, context);
      return;
    }
    const listed = access.inheritsAs === 'connection' || access.inheritsAs === 'edge';
    const rules = listed
      ? access.nodeTypes.flatMap((type) => this.#policy.typeAccess(type).rules)
      : context.connection;
    const isPayload = access.inheritsAs === 'payload';
    const inner: Context = {
      reader: isPayload ? undefined : context.reader,
      connection: isPayload ? undefined : rules,
    };
    const fields = [...selection.fields.values()];
    for (const child of fields) this.use(child, inner);
    if (fields.length > 0 && fields.every(({ kind }) => kind === 'typename'))
      for (const child of fields) this.#leaf(child, inner);
    // How many there are is told by the list, and that there is one by an edge, where nothing that is asked tells more.
    const isEdge = access.inheritsAs === 'edge';
    const tells = ({ kind, name }: FieldUse): boolean => !isEdge || kind === 'leaf' || name === 'node';
    if ((use.list || isEdge) && !fields.some((child) => tells(child) && this.#active(child)))
      this.#part(use, inner);
  }

  #part(use: FieldUse, { reader, connection }: Context): void {
    for (const rule of connection ?? []) this.#ask(rule, { use, as: 'part' });
    if (!connection && reader) reader.reads += 1;
  }

  #object(use: FieldUse, selection: Selection, context: Context): void {
    const { access } = selection;
    if (access.cover === 'unmarked') this.#askCoarse(use, access.type.name);
    const reader: Reader = { reads: 0, traversed: false };
    let namesOnly = true;
    for (const child of selection.fields.values()) {
      if (child.kind === 'typename') continue;
      namesOnly = false;
      this.use(child, { reader, connection: undefined });
      if (
        [...child.selections.values()].some((one) =>
          ['public', 'unmarked', 'root'].includes(one.access.cover),
        )
      )
        reader.reads += 1;
    }
    if (access.cover !== 'ruled') return;
    if (context.reader) context.reader.traversed = true;
    for (const rule of access.rules) {
      const isRead = reader.reads > 0 || namesOnly;
      const elements = rule.elements.filter((element) => isRead || !isWaivable(element));
      if (elements.length > 0)
        this.#ask({ ...rule, elements, requires: requirementOf(elements) }, { use, as: 'type' });
    }
  }

  /** What nobody marked is open to coarse tokens only. */
  #askCoarse(use: FieldUse, coordinate: string): void {
    const coarse = this.#plan.operation.operation === 'mutation' ? [['api']] : [['read_api'], ['api']];
    const requires = this.#policy.rest === 'deny' ? [] : coarse;
    this.#ask(
      { coordinate, elements: [], public: false, inherits: false, requires, origin: {} },
      { use, as: 'field' },
    );
  }

  #ask(rule: Rule, place: Place): void {
    const key = JSON.stringify([rule.coordinate, place.use.path, place.as, place.use.parentType.name]);
    if (!this.asked.has(key)) this.asked.set(key, { rule, requires: rule.requires, use: place.use, place });
  }
}

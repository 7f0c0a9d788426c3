import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type FragmentSpreadNode,
  Kind,
  type OperationDefinitionNode,
  print,
  type SelectionNode,
  type SelectionSetNode,
  visit,
} from 'graphql';
import { deadKey } from '../decide/decision.ts';
import type { Plan } from '../plan/plan.ts';

/** What becomes of one field: itself (changed or not), or nothing. */
export type FieldEdit = (node: FieldNode, path: readonly string[]) => FieldNode | undefined;

/** What is selected in addition below the field at `path`. */
export type FieldExtras = (path: readonly string[]) => readonly SelectionNode[];

const NO_EXTRAS: FieldExtras = () => [];

/**
 * The planned operation with every dead position removed: what a credential may still ask, as a document.
 * Undefined where nothing is left. The document handed in is not changed.
 */
export function filteredOperation(plan: Plan, dead: ReadonlySet<string>): DocumentNode | undefined {
  return rewriteOperation(plan, (node, path) => (dead.has(deadKey(path)) ? undefined : node));
}

/**
 * The planned operation with `edit` asked about every field at every place where it is used. A fragment that
 * comes out alike everywhere stays a fragment; one that does not is written out where it is spread.
 */
export function rewriteOperation(
  plan: Plan,
  edit: FieldEdit,
  extras: FieldExtras = NO_EXTRAS,
): DocumentNode | undefined {
  const survey = new Rewriter(plan, edit, extras, new Set());
  survey.operation();
  const rewriter = new Rewriter(plan, edit, extras, survey.unlike());
  const operation = rewriter.operation();
  if (!operation) return undefined;
  return withoutUnused({ kind: Kind.DOCUMENT, definitions: [operation, ...rewriter.fragments()] });
}

class Rewriter {
  readonly #plan: Plan;
  readonly #edit: FieldEdit;
  readonly #extras: FieldExtras;
  readonly #inlined: ReadonlySet<string>;
  readonly #bodies = new Map<string, SelectionSetNode | undefined>();
  readonly #versions = new Map<string, Map<string, SelectionSetNode>>();
  readonly #spreads = new Map<string, Set<string>>();
  readonly #dropped = new Set<string>();

  constructor(plan: Plan, edit: FieldEdit, extras: FieldExtras, inlined: ReadonlySet<string>) {
    this.#plan = plan;
    this.#edit = edit;
    this.#extras = extras;
    this.#inlined = inlined;
  }

  operation(): OperationDefinitionNode | undefined {
    const { operation } = this.#plan;
    const selectionSet = this.#set(operation.selectionSet, [], undefined);
    return selectionSet && { ...operation, selectionSet };
  }

  /** Fragments that differ between places, or hold one that does. */
  unlike(): ReadonlySet<string> {
    const unlike = new Set<string>();
    for (const [name, versions] of this.#versions) {
      if (versions.size > 1 || this.#dropped.has(name)) unlike.add(name);
    }
    for (let grown = true; grown; ) {
      grown = false;
      for (const [name, inner] of this.#spreads) {
        if (unlike.has(name) || ![...inner].some((one) => unlike.has(one))) continue;
        unlike.add(name);
        grown = true;
      }
    }
    return unlike;
  }

  fragments(): FragmentDefinitionNode[] {
    return [...this.#versions].flatMap(([name, versions]) => {
      const definition = this.#plan.fragments.get(name);
      const [selectionSet] = versions.values();
      return definition && selectionSet && !this.#inlined.has(name) ? [{ ...definition, selectionSet }] : [];
    });
  }

  #set(
    set: SelectionSetNode,
    path: readonly string[],
    within: string | undefined,
  ): SelectionSetNode | undefined {
    const selections = set.selections.flatMap((node) => this.#selection(node, path, within) ?? []);
    return selections.length === 0 ? undefined : { kind: Kind.SELECTION_SET, selections };
  }

  #selection(
    node: SelectionNode,
    path: readonly string[],
    within: string | undefined,
  ): SelectionNode | undefined {
    if (node.kind === Kind.FIELD) return this.#field(node, path, within);
    if (node.kind === Kind.FRAGMENT_SPREAD) return this.#spread(node, path, within);
    const selectionSet = this.#set(node.selectionSet, path, within);
    return selectionSet && { ...node, selectionSet };
  }

  #field(node: FieldNode, path: readonly string[], within: string | undefined): FieldNode | undefined {
    const at = [...path, node.alias?.value ?? node.name.value];
    const edited = this.#edit(node, at);
    if (!edited?.selectionSet || edited.selectionSet !== node.selectionSet) return edited;
    if (edited.name.value.startsWith('__')) return edited;
    const kept = this.#set(edited.selectionSet, at, within);
    const selections = [...(kept?.selections ?? []), ...this.#extras(at)];
    if (selections.length === 0) return undefined;
    return { ...edited, selectionSet: { kind: Kind.SELECTION_SET, selections } };
  }

  #spread(
    node: FragmentSpreadNode,
    path: readonly string[],
    within: string | undefined,
  ): SelectionNode | undefined {
    const name = node.name.value;
    const definition = this.#plan.fragments.get(name);
    if (!definition) return undefined;
    if (within !== undefined) this.#spreads.set(within, (this.#spreads.get(within) ?? new Set()).add(name));
    const body = this.#body(definition, path);
    if (!body) {
      this.#dropped.add(name);
      return undefined;
    }
    if (!this.#inlined.has(name)) return node;
    return {
      kind: Kind.INLINE_FRAGMENT,
      typeCondition: definition.typeCondition,
      ...(node.directives ? { directives: node.directives } : {}),
      selectionSet: body,
    };
  }

  #body(definition: FragmentDefinitionNode, path: readonly string[]): SelectionSetNode | undefined {
    const name = definition.name.value;
    const key = `${name} ${deadKey(path)}`;
    if (this.#bodies.has(key)) return this.#bodies.get(key);
    const body = this.#set(definition.selectionSet, path, name);
    this.#bodies.set(key, body);
    if (body) this.#versions.set(name, (this.#versions.get(name) ?? new Map()).set(print(body), body));
    return body;
  }
}

/** Drops fragments that nothing spreads and variables that nothing uses: both would make the document invalid. */
function withoutUnused(document: DocumentNode): DocumentNode {
  const definitions = new Map(
    document.definitions.flatMap((one) =>
      one.kind === Kind.FRAGMENT_DEFINITION ? [[one.name.value, one] as const] : [],
    ),
  );
  const operation = document.definitions.find((one) => one.kind === Kind.OPERATION_DEFINITION);
  if (!operation) return document;
  const variables = new Set<string>();
  const fragments = new Set<string>();
  const gather = (node: OperationDefinitionNode | FragmentDefinitionNode): void => {
    visit(node, {
      VariableDefinition: () => false,
      Variable: ({ name }) => void variables.add(name.value),
      FragmentSpread: ({ name }) => {
        const fragment = definitions.get(name.value);
        if (fragments.has(name.value) || !fragment) return;
        fragments.add(name.value);
        gather(fragment);
      },
    });
  };
  gather(operation);
  const variableDefinitions = operation.variableDefinitions?.filter(({ variable }) =>
    variables.has(variable.name.value),
  );
  return {
    kind: Kind.DOCUMENT,
    definitions: [
      { ...operation, ...(variableDefinitions ? { variableDefinitions } : {}) },
      ...[...definitions.values()].filter(({ name }) => fragments.has(name.value)),
    ],
  };
}

import type { DocumentNode, GraphQLError } from 'graphql';
import { deadKey, type Ruling } from '../decide/decision.ts';
import { type ErrorText, errorOf } from '../errors.ts';
import type { FieldUse, Plan } from '../plan/plan.ts';
import { type FillNode, fillTree } from './fill.ts';
import { rewriteOperation } from './filter.ts';
import { filterTexts, rejectionTexts } from './refusal.ts';
import { isIntrospection, standIn } from './standin.ts';
import { fragileLists } from './steady.ts';
import { inOnePiece } from './wholly.ts';

/** What is worked out of a ruling once, when it is first wanted, for every request that comes to it. */
export class Executable {
  readonly #plan: Plan;
  readonly #ruling: Ruling;
  #operation: { readonly document: DocumentNode; readonly fill: FillNode | undefined } | undefined;
  #fragile: ReadonlySet<FieldUse> | undefined;
  #filtered: readonly ErrorText[] | undefined;
  #rejected: readonly ErrorText[] | undefined;

  constructor(plan: Plan, ruling: Ruling) {
    this.#plan = plan;
    this.#ruling = ruling;
  }

  /**
   * The operation with `__typename` as a stand-in where a position is dead, or answered from the mask; to be answered
   * in one piece.
   */
  get document(): DocumentNode {
    this.#operation ??= operationOf(this.#plan, this.#ruling);
    return this.#operation.document;
  }

  /** Where stand-ins were put; undefined where there are none. */
  get fill(): FillNode | undefined {
    this.#operation ??= operationOf(this.#plan, this.#ruling);
    return this.#operation.fill;
  }

  /** Lists whose items have to be completed one by one, later. */
  get fragile(): ReadonlySet<FieldUse> {
    this.#fragile ??= fragileLists(this.#plan, this.#ruling.guards);
    return this.#fragile;
  }

  /** The errors beside the data of a filtered answer. */
  filterErrors(): GraphQLError[] {
    this.#filtered ??= filterTexts(this.#ruling);
    return this.#filtered.map(errorOf);
  }

  /** The errors of a refused operation; at least one. */
  rejectionErrors(): GraphQLError[] {
    this.#rejected ??= rejectionTexts(this.#ruling);
    return this.#rejected.map(errorOf);
  }
}

function operationOf(
  plan: Plan,
  ruling: Ruling,
): { readonly document: DocumentNode; readonly fill: FillNode | undefined } {
  const fill = fillTree(plan, ruling.dead);
  if (!fill) return { document: inOnePiece(plan.document, plan), fill };
  const document = rewriteOperation(plan, (node, path) =>
    ruling.dead.has(deadKey(path)) || isIntrospection(node) ? standIn(node) : node,
  );
  return { document: inOnePiece(document ?? plan.document, plan), fill };
}

/** Executables that were made before, kept as long as their ruling is. */
export class Executables {
  readonly #kept = new WeakMap<Ruling, Executable>();

  of(plan: Plan, ruling: Ruling): Executable {
    let executable = this.#kept.get(ruling);
    if (!executable) {
      executable = new Executable(plan, ruling);
      this.#kept.set(ruling, executable);
    }
    return executable;
  }
}

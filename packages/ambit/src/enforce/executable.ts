import type { DocumentNode } from 'graphql';
import { deadKey, type Ruling } from '../decide/decision.ts';
import type { Plan } from '../plan/plan.ts';
import { type FillNode, fillTree } from './fill.ts';
import { rewriteOperation } from './filter.ts';
import { isIntrospection, standIn } from './standin.ts';

/** What is worked out of a ruling once, for every request that comes to it. */
export interface Executable {
  /** The operation with `__typename` as a stand-in where a position is dead, or answered from the mask. */
  readonly document: DocumentNode;
  /** Where stand-ins were put; undefined where there are none. */
  readonly fill: FillNode | undefined;
}

/** The operation as it is executed under a ruling. */
export function executableOf(plan: Plan, ruling: Ruling): Executable {
  const fill = fillTree(plan, ruling.dead);
  if (!fill) return { document: plan.document, fill };
  const document = rewriteOperation(plan, (node, path) =>
    ruling.dead.has(deadKey(path)) || isIntrospection(node) ? standIn(node) : node,
  );
  return { document: document ?? plan.document, fill };
}

/** Executables that were made before, kept as long as their ruling is. */
export class Executables {
  readonly #kept = new WeakMap<Ruling, Executable>();

  of(plan: Plan, ruling: Ruling): Executable {
    let executable = this.#kept.get(ruling);
    if (!executable) {
      executable = executableOf(plan, ruling);
      this.#kept.set(ruling, executable);
    }
    return executable;
  }
}

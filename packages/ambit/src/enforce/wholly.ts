import { type DocumentNode, Kind, visit } from 'graphql';
import type { Plan } from '../plan/plan.ts';

const INCREMENTAL: readonly string[] = ['defer', 'stream'];

/**
 * A document without `@defer` and `@stream`, so that everything comes in one piece: what is filled in and what is
 * left out after execution must not miss a part that was delivered on its own (M26). The document handed in is not
 * changed, and comes back as it is where it has none.
 */
export function inOnePiece(document: DocumentNode, { directives }: Plan): DocumentNode {
  if (!directives.some(({ node }) => INCREMENTAL.includes(node.name.value))) return document;
  return visit(document, {
    [Kind.DIRECTIVE]: ({ name }) => (INCREMENTAL.includes(name.value) ? null : undefined),
  });
}

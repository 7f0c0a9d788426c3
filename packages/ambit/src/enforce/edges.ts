import type { GraphQLObjectType, GraphQLResolveInfo } from 'graphql';
import type { Decision } from '../decide/decision.ts';
import { coercedArguments } from '../graphql/values.ts';
import type { FieldUse } from '../plan/plan.ts';
import { ABSENT, isThere, type Look } from './ahead.ts';
import type { Guarded } from './guarded.ts';
import { chain, firstOf, type Maybe, withoutErrors } from './maybe.ts';
import type { DataSource } from './read.ts';

/** What edges of one execution are decided with. */
interface EdgeParts {
  readonly decision: Decision;
  readonly source: DataSource;
  /** Decides an object that a field returns. */
  readonly look: (value: unknown, at: Guarded) => Maybe<Look>;
}

/**
 * Looks at the nodes of edges before the edges themselves are shown (M11). The node is read and decided as it will be
 * where it stands, so that its own type counts; what has no node, or one that cannot be read, is as what is outside.
 */
export class Edges {
  readonly #parts: EdgeParts;

  constructor(parts: EdgeParts) {
    this.#parts = parts;
  }

  /** Whether one of `nodes`, the uses that select the edge's node, shows it. */
  showsNode(
    nodes: readonly FieldUse[],
    edge: unknown,
    type: GraphQLObjectType,
    { context, info }: Guarded,
  ): Maybe<boolean> {
    const shown = firstOf(nodes, (use) =>
      chain(this.#node(use, edge, context, infoOf(use, type, info)), (look) =>
        isThere(look.value) ? true : undefined,
      ),
    );
    return chain(shown, (one) => one === true);
  }

  #node(use: FieldUse, edge: unknown, context: unknown, info: GraphQLResolveInfo): Maybe<Look> {
    const { decision, source, look } = this.#parts;
    const guard = decision.guards.get(use);
    const [node] = info.fieldNodes;
    const { field } = use;
    if (!guard || !node || !field) return { value: ABSENT, passing: false };
    const read = (): unknown =>
      source.field(edge, coercedArguments(field, node, decision.scene.variables), context, info);
    return chain(withoutErrors(read, ABSENT), (value) =>
      look(value, { use, guard, context, info, positional: false }),
    );
  }
}

/** What a resolver is told that reads `use` from an object of `type`, which the field of `info` returned. */
function infoOf(use: FieldUse, type: GraphQLObjectType, info: GraphQLResolveInfo): GraphQLResolveInfo {
  return {
    ...info,
    fieldName: use.name,
    fieldNodes: use.occurrences.map(({ node }) => node),
    parentType: type,
    returnType: type.getFields()[use.name]?.type ?? info.returnType,
    path: { prev: info.path, key: use.key, typename: type.name },
  };
}

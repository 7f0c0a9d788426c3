import { type DocumentNode, type FragmentDefinitionNode, parse, type SelectionSetNode } from 'graphql';
import { operationOf } from './verb.ts';
import type { Question } from './world.ts';

/** One position of an operation. */
export interface Position {
  /** Where it is answered: response keys, as `mine.notes`. */
  readonly at: string;
  /** What stands there by the names of the fields, as `project.notes`: the same under each alias. */
  readonly fields: string;
  readonly isLeaf: boolean;
  /** Whether it is asked for by `ids` or representations, so that null stands in the place of what is not there. */
  readonly keepsPlaces: boolean;
}

/** All positions of an operation by where they are answered, without the places in lists. */
export function positionsOf(question: Question): ReadonlyMap<string, Position> {
  const { document } = question;
  const read: DocumentNode = typeof document === 'string' ? parse(document) : document;
  const fragments = new Map(
    read.definitions.flatMap((one) => (one.kind === 'FragmentDefinition' ? [[one.name.value, one]] : [])),
  );
  const positions = new Map<string, Position>();
  collect(operationOf(question).selectionSet, { at: '', fields: '' }, fragments, positions);
  return positions;
}

function collect(
  { selections }: SelectionSetNode,
  above: Pick<Position, 'at' | 'fields'>,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  positions: Map<string, Position>,
): void {
  for (const one of selections) {
    if (one.kind !== 'Field') {
      const inner = one.kind === 'InlineFragment' ? one : fragments.get(one.name.value);
      if (inner) collect(inner.selectionSet, above, fragments, positions);
      continue;
    }
    const position: Position = {
      at: below(above.at, one.alias?.value ?? one.name.value),
      fields: below(above.fields, one.name.value),
      isLeaf: one.selectionSet === undefined,
      keepsPlaces:
        one.name.value === '_entities' || (one.arguments ?? []).some(({ name }) => name.value === 'ids'),
    };
    positions.set(position.at, position);
    if (one.selectionSet) collect(one.selectionSet, position, fragments, positions);
  }
}

/** The path of something below another. */
export function below(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`;
}

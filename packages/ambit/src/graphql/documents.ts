import {
  BREAK,
  type DocumentNode,
  type FragmentDefinitionNode,
  type FragmentSpreadNode,
  GraphQLError,
  Kind,
  visit,
} from 'graphql';

/**
 * Whether fragments have variables of their own, which parsers know only on demand. graphql 16 ignores them; 17
 * executes them, and a condition or an argument would then depend on what a spread says.
 */
export function hasFragmentArguments(document: DocumentNode): boolean {
  let found = false;
  const look = (node: FragmentDefinitionNode | FragmentSpreadNode): unknown => {
    const { variableDefinitions, arguments: given }: FragmentInput = node as FragmentInput;
    found ||= isGiven(variableDefinitions) || isGiven(given);
    return found ? BREAK : undefined;
  };
  visit(document, { FragmentDefinition: look, FragmentSpread: look });
  return found;
}

interface FragmentInput {
  readonly variableDefinitions?: unknown;
  readonly arguments?: unknown;
}

/** Some parsers write an empty list for none. */
function isGiven(list: unknown): boolean {
  return list !== undefined && list !== null && !(Array.isArray(list) && list.length === 0);
}

/**
 * A copy of a document that nobody else holds: what was decided about it stays true of it, whatever becomes of the
 * original. Locations are shared; nothing executes them.
 */
export function ownDocument(document: DocumentNode): DocumentNode {
  return copied(document) as DocumentNode;
}

function copied(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copied);
  if (typeof value !== 'object' || value === null) return value;
  requirePlainValue(value);
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, key === 'loc' ? inner : copied(inner)]),
  );
}

/**
 * A value that no parser writes may be read in two ways: `0` for a condition is false to some and not to others.
 * @throws GraphQLError
 */
function requirePlainValue(node: object): void {
  if (!('value' in node) || !('kind' in node) || typeof node.value === 'object') return;
  const expected = node.kind === Kind.BOOLEAN ? 'boolean' : 'string';
  if (typeof node.value !== expected) throw new GraphQLError('the document cannot be read');
}

import {
  BREAK,
  type DocumentNode,
  type FragmentDefinitionNode,
  type FragmentSpreadNode,
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

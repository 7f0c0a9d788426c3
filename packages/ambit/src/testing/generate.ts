import {
  type GraphQLField,
  getNamedType,
  isCompositeType,
  isInterfaceType,
  isLeafType,
  isObjectType,
  isRequiredArgument,
} from 'graphql';

type Field = GraphQLField<unknown, unknown>;

/** How far below the root field something is selected: through a payload or a connection to the object in it. */
const DEPTH = 3;

/** A document that asks for one root field with these arguments as variables, and for all that stands near in it. */
export function generatedDocument(
  verb: 'query' | 'mutation' | 'subscription',
  field: Field,
  given: Readonly<Record<string, unknown>>,
): string {
  const args = field.args.filter(({ name }) => name in given);
  const declared = args.map(({ name, type }) => `$${name}: ${String(type)}`).join(', ');
  const passed = args.map(({ name }) => `${name}: $${name}`).join(', ');
  const brackets = (text: string): string => (text === '' ? '' : `(${text})`);
  return `${verb}${brackets(declared)} { ${field.name}${brackets(passed)}${selection(field, DEPTH)} }`;
}

function selection(field: Field, depth: number): string {
  const type = getNamedType(field.type);
  if (!isCompositeType(type)) return '';
  if (!isObjectType(type) && !isInterfaceType(type)) return ' { __typename }';
  const fields = Object.values(type.getFields()).filter(({ args }) => !args.some(isRequiredArgument));
  const leaves = fields.filter((one) => isLeafType(getNamedType(one.type))).map(({ name }) => name);
  const isHelper = /(?:Payload|Connection|Edge)$/.test(type.name) && depth > 1;
  // A connection's own fields hang on no place in a list over many, so its items alone are read.
  const items = isHelper ? fields.filter(({ name }) => name === 'nodes') : [];
  const further = items.length > 0 ? items : isHelper ? fields.filter(isObject) : [];
  const nested = further.map((one) => `${one.name}${selection(one, depth - 1)}`);
  const own = items.length > 0 ? [] : leaves;
  const selected = [...own, ...nested];
  return ` { ${selected.length > 0 ? selected.join(' ') : '__typename'} }`;
}

function isObject({ type }: Field): boolean {
  return isObjectType(getNamedType(type));
}

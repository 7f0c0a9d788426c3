import {
  type ASTNode,
  type ConstDirectiveNode,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  valueFromASTUntyped,
} from 'graphql';
import { argumentCoordinate, fieldCoordinate } from '../coordinates.ts';
import { AmbitError } from '../errors.ts';
import { linkedRules, linksIn, schemaDirectives } from './links.ts';
import type { PermissionEntry, RuleSource } from './rules.ts';

/** SDL of the directives in which rules are written; add it to a schema that uses them. */
export const ambitDirectives: string = `
directive @requiresPermissions(
  permissions: [String!]!
  boundaryType: String!
  boundary: String
  boundaryArgument: String
  group: String
) repeatable on OBJECT | INTERFACE | UNION | FIELD_DEFINITION | ARGUMENT_DEFINITION | INPUT_OBJECT | INPUT_FIELD_DEFINITION | ENUM | ENUM_VALUE | SCALAR
directive @requiresScopes(scopes: [[String!]!]!) on OBJECT | INTERFACE | UNION | FIELD_DEFINITION | ARGUMENT_DEFINITION | INPUT_OBJECT | INPUT_FIELD_DEFINITION | ENUM | ENUM_VALUE | SCALAR
directive @authenticated on OBJECT | INTERFACE | UNION | FIELD_DEFINITION | ARGUMENT_DEFINITION | INPUT_OBJECT | INPUT_FIELD_DEFINITION | ENUM | ENUM_VALUE | SCALAR
directive @policy(policies: [[String!]!]!) on OBJECT | INTERFACE | UNION | FIELD_DEFINITION | ARGUMENT_DEFINITION | INPUT_OBJECT | INPUT_FIELD_DEFINITION | ENUM | ENUM_VALUE | SCALAR
directive @public on OBJECT | INTERFACE | UNION | FIELD_DEFINITION | ARGUMENT_DEFINITION | INPUT_OBJECT | INPUT_FIELD_DEFINITION | ENUM | ENUM_VALUE | SCALAR
directive @inherits on OBJECT
`;

/** Names of the directives that carry rules; a client's document may not use them (M26). */
export const RULE_DIRECTIVES: readonly string[] = [
  'requiresPermissions',
  'requiresScopes',
  'authenticated',
  'policy',
  'public',
  'inherits',
];

/**
 * Spellings of rules that other systems enforce and this version does not read. A schema that carries
 * one would look protected and not be, so the start stops.
 */
const UNREAD_DIRECTIVES: readonly string[] = [
  'hasPrivilege',
  'rbac',
  'auth',
  'authorization',
  'isAuthenticated',
  'hasRole',
];

interface Marked {
  readonly astNode?: ASTNode | null | undefined;
  readonly extensionASTNodes?: readonly ASTNode[] | undefined;
}

/** Every rule that the SDL of `schema` carries. @throws AmbitError BAD_RULES for a malformed directive. */
export function readDirectives(schema: GraphQLSchema): RuleSource[] {
  const sources: RuleSource[] = [];
  const onSchema = schemaDirectives(schema);
  const linked = linkedRules(linksIn(onSchema));
  const read = (coordinate: string, element: Marked): void => {
    const source = readElement(coordinate, element, linked);
    if (source) sources.push(source);
  };
  refuseOnSchema(onSchema, linked);
  for (const directive of schema.getDirectives())
    for (const arg of directive.args) read(`@${directive.name}(${arg.name}:)`, arg);
  for (const type of Object.values(schema.getTypeMap())) {
    if (isIntrospectionType(type)) continue;
    read(type.name, type);
    if (isObjectType(type) || isInterfaceType(type)) {
      for (const field of Object.values(type.getFields())) {
        read(fieldCoordinate(type.name, field.name), field);
        for (const arg of field.args) read(argumentCoordinate(type.name, field.name, arg.name), arg);
      }
    } else if (isInputObjectType(type)) {
      for (const field of Object.values(type.getFields()))
        read(fieldCoordinate(type.name, field.name), field);
    } else if (isEnumType(type)) {
      for (const value of type.getValues()) read(fieldCoordinate(type.name, value.name), value);
    }
  }
  return sources;
}

/** What stands on the schema speaks for no coordinate; ignored, it would look like a rule and be none. */
function refuseOnSchema(directives: readonly ConstDirectiveNode[], linked: Linked): void {
  const rule = directives.find((directive) => ruleNameOf(directive, linked) !== undefined);
  if (!rule) return;
  throw new AmbitError('BAD_RULES', `\`@${rule.name.value}\` on the schema is a rule of nothing`, {
    ...originOf(rule),
    suggestion: 'write it on the root types, or on each root field',
  });
}

/** Local names of linked directives, with the names by which they are read. */
type Linked = ReadonlyMap<string, string>;

/** The name by which a directive is read as a rule, whatever it is called here. */
function ruleNameOf(directive: ConstDirectiveNode, linked: Linked): string | undefined {
  const { value } = directive.name;
  return linked.get(value) ?? (RULE_DIRECTIVES.includes(value) ? value : undefined);
}

function readElement(coordinate: string, element: Marked, linked: Linked): RuleSource | undefined {
  const nodes = [element.astNode, ...(element.extensionASTNodes ?? [])];
  const directives = nodes.flatMap((node) =>
    node && 'directives' in node ? ((node.directives ?? []) as readonly ConstDirectiveNode[]) : [],
  );
  const unread = directives.find(
    ({ name }) => UNREAD_DIRECTIVES.includes(name.value) && !linked.has(name.value),
  );
  if (unread) {
    throw new AmbitError(
      'BAD_RULES',
      `\`@${unread.name.value}\` on \`${coordinate}\` is a security directive that Ambit does not read`,
      {
        line: unread.loc?.startToken.line,
        suggestion:
          'write the rule with @requiresScopes or @requiresPermissions, or put it into a rules file',
      },
    );
  }
  const rules = directives.filter((directive) => ruleNameOf(directive, linked) !== undefined);
  const [first] = rules;
  if (!first) return undefined;
  const source: Mutable<RuleSource> = { coordinate, origin: originOf(first) };
  for (const directive of rules) applyDirective(source, directive, ruleNameOf(directive, linked));
  return source;
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

function applyDirective(
  source: Mutable<RuleSource>,
  directive: ConstDirectiveNode,
  name: string | undefined,
): void {
  const args = argumentsOf(directive);
  switch (name) {
    case 'requiresPermissions':
      source.permissions = [
        ...(source.permissions ?? []),
        permissionEntry(source.coordinate, directive, args),
      ];
      break;
    case 'requiresScopes':
      source.scopes = [...(source.scopes ?? []), nestedStrings(source.coordinate, directive, args['scopes'])];
      break;
    case 'policy':
      source.policies = [
        ...(source.policies ?? []),
        nestedStrings(source.coordinate, directive, args['policies']),
      ];
      break;
    case 'authenticated':
      source.authenticated = true;
      break;
    case 'public':
      source.public = true;
      break;
    case 'inherits':
      source.inherits = true;
      break;
    case 'inaccessible':
      source.never = true;
      break;
  }
}

function argumentsOf(directive: ConstDirectiveNode): Record<string, unknown> {
  const args: Record<string, unknown> = Object.create(null);
  for (const argument of directive.arguments ?? [])
    args[argument.name.value] = valueFromASTUntyped(argument.value);
  return args;
}

function permissionEntry(
  coordinate: string,
  directive: ConstDirectiveNode,
  args: Record<string, unknown>,
): PermissionEntry {
  const names = typeof args['permissions'] === 'string' ? [args['permissions']] : args['permissions'];
  if (!isStrings(names)) throw malformed(coordinate, directive, 'permissions', 'a list of permission names');
  if (typeof args['boundaryType'] !== 'string') {
    throw malformed(coordinate, directive, 'boundaryType', 'the kind of boundary');
  }
  const text = (name: string): string | undefined => {
    const value = args[name];
    if (value === undefined || value === null) return undefined;
    if (typeof value !== 'string') throw malformed(coordinate, directive, name, 'a string');
    return value;
  };
  return {
    names,
    boundaryType: args['boundaryType'],
    boundary: text('boundary'),
    boundaryArgument: text('boundaryArgument'),
    group: text('group'),
    origin: originOf(directive),
  };
}

/** GraphQL coerces a single value to a list of one, at either level; so does this. */
function nestedStrings(coordinate: string, directive: ConstDirectiveNode, value: unknown): string[][] {
  const outer = Array.isArray(value) ? value : [value];
  const lists = outer.map((inner) => (typeof inner === 'string' ? [inner] : inner));
  if (!lists.every(isStrings)) throw malformed(coordinate, directive, 'value', 'lists of strings');
  return lists;
}

function isStrings(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function malformed(
  coordinate: string,
  directive: ConstDirectiveNode,
  name: string,
  wanted: string,
): AmbitError {
  return new AmbitError(
    'BAD_RULES',
    `\`@${directive.name.value}\` on \`${coordinate}\`: \`${name}\` has to be ${wanted}`,
    originOf(directive),
  );
}

function originOf(directive: ConstDirectiveNode): { file?: string; line?: number } {
  const loc = directive.loc;
  if (!loc) return {};
  const file = loc.source.name === 'GraphQL request' ? undefined : loc.source.name;
  return { ...(file === undefined ? {} : { file }), line: loc.startToken.line };
}

import { type ConstDirectiveNode, type GraphQLSchema, valueFromASTUntyped } from 'graphql';
import { AmbitError } from '../errors.ts';

/** Directives of linked specifications that carry rules. They are read under whatever name a schema gives them. */
const RULES: readonly string[] = ['authenticated', 'requiresScopes', 'policy', 'inaccessible'];

/** Specifications for security of which nothing else than those directives has to be understood. */
const UNDERSTOOD: readonly string[] = [...RULES, 'federation', 'context'];

/** SDL of what a schema that links may use without defining it; the rest of the definitions are Ambit's own. */
export const linkDirectives: string = `
directive @link(url: String!, as: String, for: link__Purpose, import: [link__Import]) repeatable on SCHEMA
scalar link__Import
enum link__Purpose { SECURITY EXECUTION }
directive @inaccessible on OBJECT | INTERFACE | UNION | FIELD_DEFINITION | ARGUMENT_DEFINITION | INPUT_OBJECT | INPUT_FIELD_DEFINITION | ENUM | ENUM_VALUE | SCALAR
`;

/** One `@link` (link specification v1.0), or `@core`, its older spelling. */
export interface Link {
  /** The directive that says so; it can be called otherwise as well. */
  readonly directive: string;
  readonly specification: string;
  /** What the names of the specification begin with that are not imported: `federation` in `@federation__key`. */
  readonly namespace: string;
  readonly imports: readonly { readonly name: string; readonly as: string }[];
}

/** The directives that stand on the schema itself. */
export function schemaDirectives(schema: GraphQLSchema): readonly ConstDirectiveNode[] {
  return [schema.astNode, ...schema.extensionASTNodes].flatMap((node) => node?.directives ?? []);
}

/**
 * The links among the directives of a schema. The link directive can be renamed too, so it is known by what it
 * says: the URL of a specification.
 * @throws AmbitError BAD_RULES for a link that cannot be read, or that is for security and not understood
 */
export function linksIn(directives: readonly ConstDirectiveNode[]): Link[] {
  return directives.flatMap((directive) => linkFrom(directive) ?? []);
}

/**
 * What directives that carry rules are called: local name to the name that Ambit knows. They count wherever their
 * specification is said to be: too many rules are read rather than too few.
 */
export function linkedRules(links: readonly Link[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const { specification, namespace, imports } of links) {
    if (RULES.includes(specification)) names.set(namespace, specification);
    for (const name of RULES) names.set(`${namespace}__${name}`, name);
    for (const { name, as } of imports) if (RULES.includes(name)) names.set(as, name);
  }
  return names;
}

/** Whether a directive of this name comes from a linked specification. */
export function isLinked(links: readonly Link[], name: string): boolean {
  return links.some(
    ({ namespace, imports }) =>
      name === namespace || name.startsWith(`${namespace}__`) || imports.some(({ as }) => as === name),
  );
}

function linkFrom(directive: ConstDirectiveNode): Link | undefined {
  const args = new Map(
    (directive.arguments ?? []).map((one) => [one.name.value, valueFromASTUntyped(one.value)]),
  );
  const url = args.get('url') ?? args.get('feature');
  if (typeof url !== 'string') return undefined;
  const specification = /([^/]+)(?:\/v\d+\.\d+)\/?$/.exec(url)?.[1] ?? url;
  if (args.get('for') === 'SECURITY' && !UNDERSTOOD.includes(specification)) {
    throw bad(
      directive,
      `the schema links \`${url}\` for security, and Ambit does not read it`,
      'write what it asks for as rules, and leave the link out of the schema that Ambit gets',
    );
  }
  const namespace = args.get('as') ?? specification;
  if (typeof namespace !== 'string') throw bad(directive, '`as` of a link has to be a name');
  const imports: unknown = args.get('import') ?? [];
  if (!Array.isArray(imports)) throw bad(directive, '`import` of a link has to be a list');
  return {
    directive: directive.name.value,
    specification,
    namespace,
    imports: imports.flatMap((one) => importOf(directive, one)),
  };
}

/** `"@name"`, or `{ name: "@name", as: "@other" }`. What is no directive is imported without an `@`. */
function importOf(directive: ConstDirectiveNode, value: unknown): Link['imports'] {
  const isRecord = typeof value === 'object' && value !== null;
  const { name, as } = (isRecord ? value : { name: value }) as { name?: unknown; as?: unknown };
  const local = as ?? name;
  if (typeof name !== 'string' || typeof local !== 'string' || name.startsWith('@') !== local.startsWith('@'))
    throw bad(directive, 'an `import` of a link is a name, or `{ name: "@name", as: "@other" }`');
  return name.startsWith('@') ? [{ name: name.slice(1), as: local.slice(1) }] : [];
}

function bad(directive: ConstDirectiveNode, message: string, suggestion?: string): AmbitError {
  return new AmbitError('BAD_RULES', message, { line: directive.loc?.startToken.line, suggestion });
}

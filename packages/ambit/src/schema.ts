import {
  buildASTSchema,
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  Kind,
  parse,
  Source,
  visit,
} from 'graphql';
import { AmbitError } from './errors.ts';
import { tolerating } from './graphql/tolerated.ts';
import { ambitDirectives } from './rules/directives.ts';
import { isLinked, linkDirectives, linkedRules, linksIn } from './rules/links.ts';

/** A schema, and what was odd about it but did not keep it from being read. */
export interface ReadSchema {
  readonly schema: GraphQLSchema;
  readonly warnings: readonly string[];
}

/**
 * A schema from SDL. Definitions of Ambit's directives are added where the SDL uses them without defining them,
 * and a field that is defined twice keeps its first definition, with a warning: public schemas have such.
 * @throws AmbitError BAD_SCHEMA
 */
export function schemaFromSdl(sdl: string, file?: string): ReadSchema {
  const warnings: string[] = [];
  try {
    const document = withoutTwins(parse(new Source(sdl, file)), warnings);
    const tolerated = tolerating(buildASTSchema(withDefinitions(document)));
    return { schema: tolerated.schema, warnings: [...warnings, ...tolerated.warnings] };
  } catch (error) {
    if (error instanceof AmbitError) throw error;
    const line = error instanceof GraphQLError ? error.locations?.[0]?.line : undefined;
    const message = error instanceof Error ? error.message.split('\n\n')[0] : 'it cannot be read';
    throw new AmbitError('BAD_SCHEMA', `the schema is not valid SDL: ${message ?? ''}`, { file, line });
  }
}

/**
 * The definitions that the SDL may leave out: Ambit's own directives, and those of specifications that it links,
 * under the names that it gives them. What else it takes from such a specification says nothing to Ambit and is left
 * out where it is not defined.
 */
function withDefinitions(document: DocumentNode): DocumentNode {
  const names = ({ definitions }: DocumentNode): Set<string> =>
    new Set(
      definitions.flatMap((one) => ('name' in one && one.name ? [`${one.kind} ${one.name.value}`] : [])),
    );
  const defined = names(document);
  const links = linksIn(
    document.definitions.flatMap((one) =>
      one.kind === Kind.SCHEMA_DEFINITION || one.kind === Kind.SCHEMA_EXTENSION ? (one.directives ?? []) : [],
    ),
  );
  const known = parse(ambitDirectives + (links.length > 0 ? linkDirectives : '')).definitions;
  const locals = new Map([
    ...linkedRules(links),
    ...links.map(({ directive }) => [directive, 'link'] as const),
  ]);
  const renamed = [...locals].flatMap(([local, name]) =>
    known.flatMap((one) =>
      one.kind === Kind.DIRECTIVE_DEFINITION && one.name.value === name && local !== name
        ? [{ ...one, name: { ...one.name, value: local } }]
        : [],
    ),
  );
  const added = [...known, ...renamed].filter(
    (one) => 'name' in one && one.name && !defined.has(`${one.kind} ${one.name.value}`),
  );
  const whole: DocumentNode = { kind: Kind.DOCUMENT, definitions: [...document.definitions, ...added] };
  const usable = names(whole);
  return visit(whole, {
    Directive: ({ name }) =>
      isLinked(links, name.value) && !usable.has(`${Kind.DIRECTIVE_DEFINITION} ${name.value}`)
        ? null
        : undefined,
  });
}

function withoutTwins(document: DocumentNode, warnings: string[]): DocumentNode {
  const definitions = document.definitions.map((definition) => {
    if (!('fields' in definition) || !definition.fields) return definition;
    const seen = new Set<string>();
    const fields = definition.fields.filter(({ name }) => {
      if (!seen.has(name.value)) return seen.add(name.value);
      warnings.push(
        `\`${definition.name.value}.${name.value}\` is defined twice; the first definition counts`,
      );
      return false;
    });
    return { ...definition, fields } as typeof definition;
  });
  return { ...document, definitions };
}

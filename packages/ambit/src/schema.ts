import {
  buildASTSchema,
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  Kind,
  parse,
  Source,
} from 'graphql';
import { AmbitError } from './errors.ts';
import { tolerating } from './graphql/tolerated.ts';
import { ambitDirectives } from './rules/directives.ts';

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
    const defined = new Set(
      document.definitions.flatMap((one) => (one.kind === Kind.DIRECTIVE_DEFINITION ? [one.name.value] : [])),
    );
    const missing = parse(ambitDirectives).definitions.filter(
      (one) => one.kind === Kind.DIRECTIVE_DEFINITION && !defined.has(one.name.value),
    );
    const built = buildASTSchema({
      kind: Kind.DOCUMENT,
      definitions: [...document.definitions, ...missing],
    });
    const tolerated = tolerating(built);
    return { schema: tolerated.schema, warnings: [...warnings, ...tolerated.warnings] };
  } catch (error) {
    const line = error instanceof GraphQLError ? error.locations?.[0]?.line : undefined;
    const message = error instanceof Error ? error.message.split('\n\n')[0] : 'it cannot be read';
    throw new AmbitError('BAD_SCHEMA', `the schema is not valid SDL: ${message ?? ''}`, { file, line });
  }
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

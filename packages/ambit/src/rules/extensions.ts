import { type GraphQLSchema, isSpecifiedDirective } from 'graphql';
import { coordinateKind } from '../coordinates.ts';
import { AmbitError } from '../errors.ts';
import type { Effect } from '../types.ts';
import type { BoundaryFunction } from './boundarypath.ts';
import { type SchemaElement, schemaElements } from './elements.ts';
import { type PermissionEntry, type RuleSource, ruleFrom } from './rules.ts';

/** A rule in code: `extensions: { ambit: { ... } }` of a type, field, argument, input field or enum value. */
export interface AmbitExtension {
  readonly scopes?: readonly (readonly string[])[];
  readonly permissions?: readonly ExtensionEntry[];
  readonly authenticated?: true;
  readonly policies?: readonly (readonly string[])[];
  readonly public?: true;
  readonly inherits?: true;
  readonly effect?: Effect;
}

/** An entry of permissions in code; on object types, interfaces and their fields `boundary` may be a function. */
export interface ExtensionEntry {
  readonly names: readonly string[];
  readonly boundaryType: string;
  readonly boundary?: string | BoundaryFunction;
  readonly boundaryArgument?: string;
  readonly group?: string;
}

/** The key of `extensions` under which rules stand. */
const KEY = 'ambit';
/** Where the boundary can be that of an object, and so a function of it. */
const WITH_OBJECTS: readonly (string | undefined)[] = ['object', 'interface', 'field'];

/** Every rule that a schema carries in `extensions.ambit`. @throws AmbitError BAD_RULES naming the coordinate. */
export function readExtensions(schema: GraphQLSchema): RuleSource[] {
  const sources: RuleSource[] = [];
  for (const [coordinate, { extensions }] of schemaElements(schema)) {
    if (carries(extensions)) sources.push(sourceOf(schema, coordinate, extensions[KEY]));
  }
  if (carries(schema.extensions)) throw notRead('the schema itself');
  for (const directive of schema.getDirectives()) {
    if (!isSpecifiedDirective(directive) && carries(directive.extensions))
      throw notRead(`\`@${directive.name}\``);
  }
  return sources;
}

function carries(
  extensions: SchemaElement['extensions'],
): extensions is NonNullable<SchemaElement['extensions']> {
  return extensions !== undefined && extensions !== null && extensions[KEY] !== undefined;
}

function sourceOf(schema: GraphQLSchema, coordinate: string, value: unknown): RuleSource {
  const functions = new Map<number, BoundaryFunction>();
  try {
    const source = ruleFrom(coordinate, withoutFunctions(value, functions));
    if (functions.size > 0 && !WITH_OBJECTS.includes(coordinateKind(schema, coordinate)))
      throw new AmbitError(
        'BAD_RULES',
        '`boundary` can be a function only on an object type, an interface or a field',
      );
    const entry = (one: PermissionEntry, index: number): PermissionEntry => {
      const call = functions.get(index);
      if (call && one.boundaryArgument !== undefined)
        throw new AmbitError('BAD_RULES', '`boundary` cannot be a function beside `boundaryArgument`');
      return call ? { ...one, boundary: call } : one;
    };
    return source.permissions ? { ...source, permissions: source.permissions.map(entry) } : source;
  } catch (error) {
    if (!(error instanceof AmbitError)) throw error;
    throw new AmbitError(error.code, `\`extensions.ambit\` of \`${coordinate}\`: ${error.message}`, {
      suggestion: error.suggestion,
    });
  }
}

/** The value as a rules file could have it; what only code can have is put into `functions` by its entry's index. */
function withoutFunctions(value: unknown, functions: Map<number, BoundaryFunction>): unknown {
  const permissions: unknown =
    typeof value === 'object' && value !== null && 'permissions' in value ? value.permissions : undefined;
  if (!Array.isArray(permissions)) return value;
  const entries = permissions.map((entry: unknown, index) => {
    if (typeof entry !== 'object' || entry === null || !('boundary' in entry)) return entry;
    const { boundary, ...rest } = entry;
    if (typeof boundary !== 'function') return entry;
    functions.set(index, boundary as BoundaryFunction);
    return rest;
  });
  return { ...(value as object), permissions: entries };
}

function notRead(what: string): AmbitError {
  return new AmbitError(
    'BAD_RULES',
    `\`extensions.ambit\` of ${what} is not read; it would protect nothing`,
    {
      suggestion: 'put it on types, fields, arguments, input fields or enum values',
    },
  );
}

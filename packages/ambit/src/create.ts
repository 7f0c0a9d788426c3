import { type GraphQLFieldResolver, GraphQLSchema } from 'graphql';
import type { AuditHook } from './audit/event.ts';
import { compile } from './compile/compile.ts';
import type { Executor } from './enforce/run.ts';
import { Ambit } from './engine.ts';
import { AmbitError } from './errors.ts';
import type { Sources } from './facts/sources.ts';
import { requireReadableDefaults } from './graphql/defaults.ts';
import { requireSupportedGraphql } from './graphql/major.ts';
import { checkOptions } from './options.ts';
import type { CatalogSource } from './rules/catalog.ts';
import { catalogFrom } from './rules/catalogsource.ts';
import type { PlaceName } from './rules/placesource.ts';
import {
  type BoundaryKindSource,
  boundariesFrom,
  parseRules,
  type RulesFile,
  rulesFrom,
} from './rules/rules.ts';
import { schemaFromSdl } from './schema.ts';
import type { Coverage, Effect } from './types.ts';

/** Everything that an engine is made of. Only `schema` is needed; rules may stand in its directives. */
export interface AmbitOptions extends Sources {
  /** A schema, or its SDL. */
  readonly schema: GraphQLSchema | string;
  /** A rules file: its text, its parsed value, or what `loadRules` answers. */
  readonly rules?: RulesFile | string | object | undefined;
  /** A catalogue: what `loadPermissions` answers, or its parsed value. */
  readonly permissions?: CatalogSource | object | undefined;
  /** Kinds of boundary and how they nest; added to those of the rules file. */
  readonly boundaries?: Readonly<Record<string, BoundaryKindSource>> | undefined;
  /**
   * Places that require granular tokens, `[{ group: 'acme' }]`: in them and below, `api` and `read_api` pass no
   * permission rule (M16).
   */
  readonly granularOnly?: readonly PlaceName[] | undefined;
  /** What a denial does. Default `filter`. */
  readonly effect?: Effect | undefined;
  /** Whether unmarked coordinates are denied. Default `strict`: they are. */
  readonly coverage?: Coverage | undefined;
  /** The default resolver of the server, where it has one of its own. */
  readonly fieldResolver?: GraphQLFieldResolver<unknown, unknown> | undefined;
  /**
   * Executes operations of which nothing waits for an object, in place of graphql-js's `execute`: a compiled executor,
   * for example. It is handed the same document object for the same operation under the same ruling.
   */
  readonly executor?: Executor | undefined;
  /** Milliseconds since the epoch; default the system clock. */
  readonly now?: (() => number) | undefined;
  /** Told of every operation once, after it was enforced. */
  readonly audit?: AuditHook | undefined;
}

/**
 * Makes an engine out of a schema, rules and a catalogue.
 * @throws AmbitError BAD_SCHEMA, BAD_RULES, BAD_CATALOG or BAD_OPTION, naming what was found and the nearest valid name
 */
export function createAmbit(options: AmbitOptions): Ambit {
  requireSupportedGraphql();
  checkOptions(options);
  if (!(options.schema instanceof GraphQLSchema) && typeof options.schema !== 'string') {
    throw new AmbitError(
      'BAD_SCHEMA',
      'the schema is neither SDL nor a GraphQLSchema of the graphql that Ambit loads',
      {
        suggestion: 'install graphql once, so that both load the same copy',
      },
    );
  }
  const { schema, warnings } =
    options.schema instanceof GraphQLSchema
      ? { schema: options.schema, warnings: [] }
      : schemaFromSdl(options.schema);
  requireReadableDefaults(schema);
  const rules = rulesOf(options.rules);
  const policy = compile({
    schema,
    rules: rules.rules,
    rest: rules.rest,
    catalog: catalogOf(options.permissions),
    boundaries: kindsOf(rules, options),
    granularOnly: options.granularOnly,
    coverage: options.coverage ?? 'strict',
  });
  return new Ambit(policy, {
    effect: options.effect ?? 'filter',
    now: options.now ?? Date.now,
    warnings,
    fieldResolver: options.fieldResolver,
    executor: options.executor,
    sources: options,
    audit: options.audit,
  });
}

const NO_RULES: RulesFile = { version: 1, boundaries: {}, rules: [] };

function rulesOf(rules: AmbitOptions['rules']): RulesFile {
  if (rules === undefined) return NO_RULES;
  if (typeof rules === 'string') return parseRules(rules);
  return isRulesFile(rules) ? rules : rulesFrom(rules);
}

/** Kinds of the rules file, with those of the options in their place where both name one. */
function kindsOf({ boundaries }: RulesFile, options: AmbitOptions): Record<string, BoundaryKindSource> {
  const own = boundariesFrom(options.boundaries ?? {});
  for (const [kind, { places }] of Object.entries(own)) {
    const isAsked = Object.hasOwn(boundaries, kind) && boundaries[kind]?.places !== undefined;
    if (!isAsked || places !== undefined) continue;
    throw new AmbitError(
      'BAD_RULES',
      `the rules have the places of \`${kind}\` asked for, and the options do not`,
      {
        suggestion: `give \`boundaries.${kind}\` in the options a function \`places\`, or leave it out there`,
      },
    );
  }
  return { ...boundaries, ...own };
}

/** Parsed rules are a list; as written they are a mapping. */
function isRulesFile(rules: object): rules is RulesFile {
  return 'rules' in rules && Array.isArray(rules.rules);
}

function catalogOf(permissions: AmbitOptions['permissions']): CatalogSource {
  if (permissions === undefined) return { permissions: [], assignables: [] };
  return 'assignables' in permissions ? (permissions as CatalogSource) : catalogFrom(permissions);
}

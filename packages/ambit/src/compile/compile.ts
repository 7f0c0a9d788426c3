import { type GraphQLSchema, isInterfaceType, isObjectType } from 'graphql';
import { coordinateKind, fieldCoordinate, nearest, nearestCoordinate } from '../coordinates.ts';
import { AmbitError } from '../errors.ts';
import { BoundaryKinds } from '../rules/boundarykinds.ts';
import { type BoundaryPath, calledPath, parseBoundaryPath } from '../rules/boundarypath.ts';
import { buildCatalog, type CatalogSource } from '../rules/catalog.ts';
import { readDirectives } from '../rules/directives.ts';
import { readExtensions } from '../rules/extensions.ts';
import type { PlaceName } from '../rules/placesource.ts';
import { type Alternative, type Element, type Rule, requirementOf } from '../rules/requirement.ts';
import type { BoundaryKindSource, PermissionEntry, RuleSource } from '../rules/rules.ts';
import type { Coverage, Effect } from '../types.ts';
import { placementProblem } from './placement.ts';
import { Policy } from './policy.ts';

/** Everything that rules are made of, already parsed. */
export interface CompileInput {
  readonly schema: GraphQLSchema;
  readonly rules: readonly RuleSource[];
  readonly rest: 'deny' | undefined;
  readonly catalog: CatalogSource;
  readonly boundaries: Readonly<Record<string, BoundaryKindSource>>;
  readonly granularOnly?: readonly PlaceName[] | undefined;
  readonly coverage: Coverage;
}

/**
 * Schema, rules and catalogue into one policy: a flat map from coordinate to rule, checked.
 * Rules of one coordinate from several places are all asked for.
 * @throws AmbitError BAD_RULES or BAD_CATALOG, naming file, line, what was found and the nearest valid name.
 */
export function compile(input: CompileInput): Policy {
  const { schema } = input;
  const written = [...readDirectives(schema), ...readExtensions(schema), ...input.rules].flatMap((source) =>
    expandGlob(schema, source),
  );
  const kinds = new BoundaryKinds(kindsOf(input.boundaries, written), input.granularOnly);
  const catalog = buildCatalog(input.catalog, kinds.names());
  const rules = new Map<string, Rule>();
  for (const source of written) {
    checkCoordinate(schema, source);
    const elements = elementsOf(source, kinds, catalog.permissions);
    const earlier = rules.get(source.coordinate);
    const all = [...(earlier?.elements ?? []), ...elements];
    const rule: Rule = {
      coordinate: source.coordinate,
      elements: all,
      public: source.public === true || earlier?.public === true,
      inherits: source.inherits === true || earlier?.inherits === true,
      requires: requirementOf(all),
      ...effectOf(source, earlier),
      origin: earlier?.origin ?? source.origin,
    };
    const problem = placementProblem(schema, rule);
    if (problem) throw bad(source, `the rule of \`${source.coordinate}\`: ${problem}`);
    rules.set(source.coordinate, rule);
  }
  const policy = new Policy({ schema, rules, kinds, catalog, coverage: input.coverage, rest: input.rest });
  for (const source of written) {
    checkLookups(policy, source);
    checkHolder(policy, source);
  }
  return policy;
}

function checkLookups(policy: Policy, source: RuleSource): void {
  for (const element of policy.rules.get(source.coordinate)?.elements ?? []) {
    for (const { boundaryType, boundary, argument } of element.kind === 'permissions'
      ? element.alternatives
      : []) {
      if (!boundary || !argument || policy.lookupTypes(boundaryType, boundary).length > 0) continue;
      throw bad(
        source,
        `the rule of \`${source.coordinate}\`: no type that \`Query.node(id:)\` returns has the ${boundaryType} \`${boundary.text}\``,
      );
    }
  }
}

/** An inheriting object has the boundary of the object above (M13), from which a path of its own would be misread. */
function checkHolder(policy: Policy, source: RuleSource): void {
  const [typeName = '', member] = source.coordinate.split(/[.(]/);
  const type = policy.schema.getType(typeName);
  if (member === undefined || !type) return;
  const elements = policy.rules.get(source.coordinate)?.elements ?? [];
  const hasPath = elements.some(
    (one) =>
      one.kind === 'permissions' && one.alternatives.some(({ boundary, argument }) => boundary && !argument),
  );
  const inheriting = policy.possibleTypes(type).find((one) => policy.typeAccess(one).cover === 'inherits');
  if (!hasPath || !inheriting) return;
  throw bad(
    source,
    `the rule of \`${source.coordinate}\` has a \`boundary\` of its own, but \`${inheriting.name}\` inherits and has that of the object above`,
    'leave `boundary` out, or give the type a rule of its own',
  );
}

/** Without configured kinds, every kind that a rule names exists by itself, without anything above it. */
function kindsOf(
  configured: Readonly<Record<string, BoundaryKindSource>>,
  sources: readonly RuleSource[],
): Readonly<Record<string, BoundaryKindSource>> {
  if (Object.keys(configured).length > 0) return configured;
  const kinds: Record<string, BoundaryKindSource> = Object.create(null);
  for (const { permissions } of sources) {
    for (const { boundaryType } of permissions ?? []) {
      if (boundaryType !== 'user' && boundaryType !== 'instance') kinds[boundaryType] = {};
    }
  }
  return kinds;
}

function expandGlob(schema: GraphQLSchema, source: RuleSource): RuleSource[] {
  if (!source.coordinate.endsWith('.*')) return [source];
  const type = schema.getType(source.coordinate.slice(0, -2));
  if (!isObjectType(type) && !isInterfaceType(type)) {
    throw bad(
      source,
      `\`${source.coordinate}\` names no type with fields`,
      nearestCoordinate(schema, source.coordinate.slice(0, -2)),
    );
  }
  return Object.keys(type.getFields()).map((field) => ({
    ...source,
    coordinate: fieldCoordinate(type.name, field),
  }));
}

/** Of two effects at one coordinate the stricter one counts. */
function effectOf(source: RuleSource, earlier: Rule | undefined): Pick<Rule, 'effect'> {
  const effect = STRICTEST_FIRST.find((one) => one === source.effect || one === earlier?.effect);
  return effect === undefined ? {} : { effect };
}

const STRICTEST_FIRST: readonly Effect[] = ['hide', 'reject', 'filter'];

function checkCoordinate(schema: GraphQLSchema, source: RuleSource): void {
  const kind = coordinateKind(schema, source.coordinate);
  if (kind === undefined) {
    const near = nearestCoordinate(schema, source.coordinate);
    throw bad(
      source,
      `\`${source.coordinate}\` is nothing in this schema`,
      near === undefined ? undefined : `did you mean \`${near}\`?`,
    );
  }
  if (source.inherits && kind !== 'object') {
    throw bad(source, `\`inherits\` on \`${source.coordinate}\`: only object types can inherit`);
  }
}

function elementsOf(
  source: RuleSource,
  kinds: BoundaryKinds,
  known: ReadonlyMap<string, unknown>,
): Element[] {
  const elements: Element[] = [];
  for (const anyOf of source.scopes ?? [])
    elements.push({ kind: 'scopes', anyOf: notEmpty(source, 'scopes', anyOf) });
  for (const anyOf of source.policies ?? [])
    elements.push({ kind: 'policies', anyOf: notEmpty(source, 'policies', anyOf) });
  if (source.authenticated) elements.push({ kind: 'authenticated' });
  if (source.never) elements.push({ kind: 'never' });
  const groups = new Map<string, PermissionEntry[]>();
  for (const entry of source.permissions ?? []) {
    const group = entry.group ?? '';
    groups.set(group, [...(groups.get(group) ?? []), entry]);
  }
  for (const entries of groups.values()) elements.push(permissionElement(source, entries, kinds, known));
  return elements;
}

function notEmpty(
  source: RuleSource,
  what: string,
  anyOf: readonly (readonly string[])[],
): readonly (readonly string[])[] {
  if (anyOf.length > 0 && anyOf.every((all) => all.length > 0 && all.every((name) => name !== '')))
    return anyOf;
  throw bad(
    source,
    `\`${what}\` of \`${source.coordinate}\` has an empty list; an empty rule can never be met`,
    'name what is needed, or mark it as public',
  );
}

function permissionElement(
  source: RuleSource,
  entries: readonly PermissionEntry[],
  kinds: BoundaryKinds,
  known: ReadonlyMap<string, unknown>,
): Element {
  const names = [...new Set(entries[0]?.names ?? [])];
  if (names.length === 0)
    throw bad(source, `a permission rule of \`${source.coordinate}\` names no permission`);
  for (const entry of entries) {
    if (new Set(entry.names).size !== names.length || !entry.names.every((name) => names.includes(name))) {
      throw bad(
        source,
        `the alternatives at \`${source.coordinate}\` ask for different permissions`,
        'give what has to hold together a `group` of its own',
        entry,
      );
    }
    for (const name of names) {
      if (known.size > 0 && !known.has(name)) {
        throw bad(
          source,
          `\`${source.coordinate}\` asks for the unknown permission \`${name}\``,
          nearest(name, known.keys()),
          entry,
        );
      }
    }
    if (!kinds.has(entry.boundaryType)) {
      throw bad(
        source,
        `\`${source.coordinate}\` names the unknown boundary kind \`${entry.boundaryType}\`; known are ${kinds.names().join(', ')}`,
        nearest(entry.boundaryType, kinds.names()),
        entry,
      );
    }
  }
  return { kind: 'permissions', names, alternatives: entries.map((entry) => alternativeOf(source, entry)) };
}

function alternativeOf(source: RuleSource, entry: PermissionEntry): Alternative {
  const { boundaryType, boundary } = entry;
  const path = boundary === undefined ? undefined : parsedPath(source, entry, boundary);
  const argument = entry.boundaryArgument?.split('.');
  return { boundaryType, ...(path ? { boundary: path } : {}), ...(argument ? { argument } : {}) };
}

function parsedPath(
  source: RuleSource,
  entry: PermissionEntry,
  text: NonNullable<PermissionEntry['boundary']>,
): BoundaryPath {
  if (typeof text === 'function')
    return calledPath(`(${source.coordinate} ${source.permissions?.indexOf(entry) ?? 0})`, text);
  const path = parseBoundaryPath(text);
  if (typeof path === 'string') throw bad(source, `\`${source.coordinate}\`: ${path}`, undefined, entry);
  return path;
}

function bad(source: RuleSource, message: string, suggestion?: string, entry?: PermissionEntry): AmbitError {
  return new AmbitError('BAD_RULES', message, { ...source.origin, ...entry?.origin, suggestion });
}

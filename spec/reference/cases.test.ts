import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSchema, parse, validate } from 'graphql';
import { describe, expect, test } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { rootOf, type WorldData } from '../differential/world.ts';
import type { Catalogue, Grants } from './credential.ts';
import { Reference, type Setting } from './reference.ts';
import type { RulesMapping } from './rules.ts';

interface Settings {
  readonly schema?: string;
  readonly rules?: RulesMapping | string;
  readonly permissions?: Catalogue | string;
  readonly boundaries?: Setting['boundaries'];
  readonly coverage?: 'strict' | 'open';
  readonly data?: WorldData;
  readonly effect?: string;
  readonly granularOnly?: readonly Readonly<Record<string, string>>[];
  readonly facts?: { readonly places?: NonNullable<Setting['places']> };
}

interface OneCase extends Settings {
  readonly id: string;
  readonly grants: Grants;
  readonly operation: string;
  readonly operationName?: string;
  readonly variables?: Record<string, unknown>;
  readonly expect: { readonly outcome?: string; readonly denied?: readonly string[] };
  readonly response?: { readonly data?: unknown; readonly errors?: readonly string[] };
}

const folder = fileURLToPath(new URL('../cases', import.meta.url));
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.yml'))
  .sort();

for (const name of files) {
  const file = parseYaml(readFileSync(join(folder, name), 'utf8')) as Settings & { cases: OneCase[] };
  const asked = file.cases.flatMap((one) => carried({ ...file, ...one }) ?? []);
  if (asked.length === 0) continue;
  describe(name, () => {
    for (const one of asked)
      test(`${one.id}: the reference answers what the case expects`, () => expectSame(one));
  });
}

type Carried = OneCase & { readonly schema: string; readonly data: WorldData };

/**
 * What the reference reads: everything but introspection, `hide`, subscriptions, linked directives, facts from outside
 * and what is no GraphQL.
 */
function carried(one: Settings & OneCase): Carried | undefined {
  const { schema, data, response, operation } = one;
  if (!schema?.includes('\n') || !data || !response || one.effect === 'hide') return undefined;
  if (
    Object.keys(one.facts ?? {}).some((key) => key !== 'places') ||
    schema.includes('@link') ||
    schema.includes('@core') ||
    hidesSome(one.rules)
  )
    return undefined;
  if (typeof one.rules === 'string' || typeof one.permissions === 'string') return undefined;
  if (/\b(__schema|__type|subscription|_service)\b/.test(operation) || /@(?!skip|include)/.test(operation))
    return undefined;
  try {
    const built = buildSchema(schema, { assumeValidSDL: true });
    if (validate(built, parse(operation)).length > 0) return undefined;
  } catch {
    return undefined;
  }
  return { ...one, schema, data };
}

function hidesSome(rules: Settings['rules']): boolean {
  return JSON.stringify(rules ?? {}).includes('"effect":"hide"');
}

function expectSame(one: Carried): void {
  const reference = new Reference({
    schema: buildSchema(one.schema, { assumeValidSDL: true }),
    ...(one.rules ? { rules: one.rules as RulesMapping } : {}),
    ...(one.permissions ? { catalogue: one.permissions as Catalogue } : {}),
    ...(one.boundaries ? { boundaries: one.boundaries } : {}),
    ...(one.coverage ? { coverage: one.coverage } : {}),
    ...(one.facts?.places ? { places: one.facts.places } : {}),
    ...(one.granularOnly ? { granularOnly: one.granularOnly } : {}),
  });
  const answer = reference.answer({
    document: parse(one.operation),
    grants: one.grants,
    root: rootOf(one.data),
    ...(one.operationName ? { operationName: one.operationName } : {}),
    ...(one.variables ? { variables: one.variables } : {}),
    ...(one.effect ? { effect: one.effect as 'filter' } : {}),
  });
  const { data, errors } = one.response ?? {};
  if (data !== undefined) expect(plain(answer.data ?? null)).toEqual(data);
  if (!errors) return;
  const coded = errors.filter((error) => error.endsWith(':UNAUTHORIZED_FIELD_OR_TYPE'));
  const paths = coded.map((error) => error.slice(0, error.lastIndexOf(':')).replace(/\.\d+(?=\.|$)/g, ''));
  expect(answer.denied).toEqual([...new Set(paths)].sort());
  expect(answer.hasErrors).toBe(errors.length > 0);
}

function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

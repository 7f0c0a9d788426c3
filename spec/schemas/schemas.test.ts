import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createAmbit } from 'ambit';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readDocument, sourceNamed } from '../docs/documents.ts';
import { type JsonSchema, problems, readSchema } from './validator.ts';

/** The JSON Schemas for editors accept what the loaders accept, and know the same keys. */

const root = fileURLToPath(new URL('../../', import.meta.url));
const filesIn = (folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
    .filter((path) => path.endsWith('.yml') && !path.includes('node_modules'));
const read = (path: string): unknown => parse(readFileSync(join(root, path), 'utf8'));
const catalogs = ['examples/forge/catalog', 'examples/github/catalog'];
const forKind = (kind: string): string[] =>
  catalogs
    .flatMap((folder) => filesIn(`${folder}/${kind}`))
    .filter((path) => !basename(path).startsWith('.'));

describe('a schema for editors accepts', () => {
  it.each(forKind('permissions'))('%s', (path) => {
    expect(problems('permission.schema.json', read(path))).toEqual([]);
  });

  it.each(forKind('permission_groups'))('%s', (path) => {
    expect(problems('assignable-permission.schema.json', read(path))).toEqual([]);
  });

  it.each(['examples/forge/rules.yml', 'examples/github/rules.yml'])('%s', (path) => {
    expect(problems('rules.schema.json', read(path))).toEqual([]);
  });

  it('every file that the documents show', () => {
    const blocks = (name: string) =>
      readDocument(`docs/reference/${name}.md`).blocks.filter(({ language }) => language === 'yaml');
    const rules = blocks('rules-file').map(({ text }) => parse(text));
    const catalogue = blocks('permissions')
      .map(({ text }) => parse(text))
      .filter((one) => 'permission_groups' in one);
    expect([rules.length > 0, catalogue.length > 0]).toEqual([true, true]);
    for (const one of rules) expect(problems('rules.schema.json', one)).toEqual([]);
    for (const one of catalogue) expect(problems('catalog.schema.json', one)).toEqual([]);
  });

  it.each([
    ['permissions only', ['read_box', 'open_box']],
    ['names and mappings', { permissions: ['read_box', { name: 'open_box', description: 'Open it.' }] }],
    ['nothing under a key', { permissions: null, permission_groups: null }],
    [
      'every key',
      {
        permissions: ['read_box'],
        permission_groups: [
          {
            name: 'read_box',
            description: 'd',
            permissions: ['read_box'],
            boundaries: ['instance'],
            availability: ['saas'],
            category: 'c',
            resource: 'r',
            action: 'a',
            deprecated: false,
          },
        ],
      },
    ],
    [
      'the other word for availability',
      {
        permissions: ['read_box'],
        permission_groups: [
          { name: 'read_box', permissions: ['read_box'], boundaries: ['instance'], available_for: [] },
        ],
      },
    ],
  ])('a catalogue in one file, as the loader does: %s', (_name, permissions) => {
    expect(() => createAmbit({ schema: 'type Query { a: Int @public }', permissions })).not.toThrow();
    expect(problems('catalog.schema.json', permissions)).toEqual([]);
  });
});

describe('a schema for editors refuses, as the loader does,', () => {
  const bundle = { name: 'read_box', permissions: ['read_box'], boundaries: ['instance'] };
  const one = (entry: object) => ({ permissions: ['read_box'], permission_groups: [entry] });
  it.each([
    ['a name that is none', { permissions: ['readBox'] }],
    ['an unknown key', { permission: [] }],
    ['an unknown key of a permission', { permissions: [{ name: 'read_box', descripton: 'x' }] }],
    ['an unknown key of a bundle', one({ ...bundle, boundary: 'project' })],
    ['a bundle of nothing', one({ ...bundle, permissions: [] })],
    ['a bundle for nowhere', one({ ...bundle, boundaries: [] })],
    ['a bundle without boundaries', one({ name: 'read_box', permissions: ['read_box'] })],
    ['both words for availability', one({ ...bundle, availability: [], available_for: [] })],
    ['a text for a truth', one({ ...bundle, deprecated: 'yes' })],
    ['an empty description', one({ ...bundle, description: '' })],
  ])('a catalogue with %s', (_name, permissions) => {
    expect(() => createAmbit({ schema: 'type Query { a: Int @public }', permissions })).toThrow(
      expect.objectContaining({ code: 'BAD_CATALOG' }),
    );
    expect(problems('catalog.schema.json', permissions)).not.toEqual([]);
  });

  it.each([
    ['another version', { version: 2 }],
    ['no version', { rules: {} }],
    ['an unknown key', { version: 1, rule: {} }],
    ['another rest', { version: 1, rest: 'allow' }],
    ['a kind in capitals', { version: 1, boundaries: { Project: {} } }],
    ['an unknown key of a kind', { version: 1, boundaries: { project: { parents: 'x' } } }],
    ['an empty rule', { version: 1, rules: { 'Query.a': {} } }],
    ['an unknown key of a rule', { version: 1, rules: { 'Query.a': { scope: [['x']] } } }],
    ['public: false', { version: 1, rules: { 'Query.a': { public: false } } }],
    ['scopes that are no lists of lists', { version: 1, rules: { 'Query.a': { scopes: ['x'] } } }],
    ['an empty list of scopes', { version: 1, rules: { 'Query.a': { scopes: [[]] } } }],
    ['another effect', { version: 1, rules: { 'Query.a': { public: true, effect: 'drop' } } }],
    [
      'an entry without a kind',
      { version: 1, rules: { 'Query.a': { permissions: [{ names: ['read_a'] }] } } },
    ],
    [
      'an entry with an unknown key',
      {
        version: 1,
        rules: { 'Query.a': { permissions: [{ names: ['read_a'], boundaryType: 'user', kind: 'x' }] } },
      },
    ],
    ['a glob in the middle', { version: 1, rules: { 'Query.*.a': { public: true } } }],
  ])('rules with %s', (_name, rules) => {
    expect(() => createAmbit({ schema: 'type Query { a: Int }', rules })).toThrow(
      expect.objectContaining({ code: 'BAD_RULES' }),
    );
    expect(problems('rules.schema.json', rules)).not.toEqual([]);
  });
});

describe('the schemas for editors', () => {
  const files = readdirSync(join(root, 'packages/ambit/schemas'));

  it('are in the package', () => {
    const manifest = JSON.parse(readFileSync(join(root, 'packages/ambit/package.json'), 'utf8'));
    expect(manifest.files).toContain('schemas');
  });

  it('are told of in the documents, each by its name', () => {
    const { text } = readDocument('docs/reference/permissions.md');
    expect(files.length).toBeGreaterThan(4);
    expect(files.filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
  });
});

describe('a schema for editors and the loader', () => {
  const keysIn = (file: string, name: string): string[] => {
    const text = sourceNamed('packages/ambit/src/rules', file);
    const [, list = ''] = new RegExp(`const ${name} = \\[([^\\]]*)\\]`).exec(text) ?? [];
    return [...list.matchAll(/'(\w+)'/g)].map(([, key = '']) => key);
  };
  const rules = readSchema('rules.schema.json');
  const catalog = readSchema('catalog.schema.json');
  it.each<[string, JsonSchema | undefined, string, string]>([
    ['a permission', readSchema('permission.schema.json'), 'catalogsource.ts', 'PERMISSION_KEYS'],
    [
      'an assignable permission',
      readSchema('assignable-permission.schema.json'),
      'catalogsource.ts',
      'BUNDLE_KEYS',
    ],
    ['a folder', readSchema('metadata.schema.json'), 'catalogsource.ts', 'FOLDER_KEYS'],
    ['a catalogue', catalog.anyOf?.[1], 'catalogsource.ts', 'FILE_KEYS'],
    ['a rules file', rules, 'rules.ts', 'FILE_KEYS'],
    ['a kind', rules.definitions?.['kind'], 'rules.ts', 'KIND_KEYS'],
    ['a rule', rules.definitions?.['rule'], 'rules.ts', 'RULE_KEYS'],
    ['an entry of permissions', rules.definitions?.['entry'], 'rules.ts', 'ENTRY_KEYS'],
  ])('know the same keys of %s', (_name, schema, file, list) => {
    const known = keysIn(file, list);
    expect(known.length).toBeGreaterThan(0);
    expect(Object.keys(schema?.properties ?? {}).sort()).toEqual([...known].sort());
    expect(schema?.additionalProperties).toBe(false);
  });

  it('know the same names of permissions', () => {
    const [, name = ''] =
      /const NAME = \/(.*)\/;/.exec(sourceNamed('packages/ambit/src/rules', 'naming.ts')) ?? [];
    expect(name).not.toBe('');
    const patterns = ['permission', 'assignable-permission'].map(
      (file) => readSchema(`${file}.schema.json`).properties?.['name']?.pattern,
    );
    expect(new Set([name, ...patterns]).size).toBe(1);
  });
});

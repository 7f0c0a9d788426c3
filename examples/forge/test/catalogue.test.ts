import { readdirSync, readFileSync } from 'node:fs';
import { type ConstDirectiveNode, Kind, parse, visit } from 'graphql';
import { describe, expect, test } from 'vitest';

const home = new URL('../', import.meta.url);

interface Entry {
  readonly path: string;
  readonly name: string;
  readonly permissions: readonly string[];
  readonly boundaries: readonly string[];
}

/** Our files are flat, so a line at a time is enough to read them. */
function entries(folder: string): Entry[] {
  const root = new URL(`catalog/${folder}/`, home);
  const paths = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((path) =>
    path.endsWith('.yml'),
  );
  return paths.map((path) => {
    const text = readFileSync(new URL(path.replaceAll('\\', '/'), root), 'utf8');
    const value = (key: string): string => new RegExp(`^${key}: (.+)$`, 'm').exec(text)?.[1] ?? '';
    const list = (key: string): string[] => value(key).replace(/[[\]]/g, '').split(', ').filter(Boolean);
    expect(value('description'), path).not.toBe('');
    return {
      path: path.replaceAll('\\', '/'),
      name: value('name'),
      permissions: list('permissions'),
      boundaries: list('boundaries'),
    };
  });
}

/** Every permission that the schema asks for, with the kind of boundary. */
function asked(): { readonly permission: string; readonly boundaryType: string }[] {
  const found: { permission: string; boundaryType: string }[] = [];
  visit(parse(readFileSync(new URL('schema.graphql', home), 'utf8')), {
    Directive(node) {
      if (node.name.value !== 'requiresPermissions') return;
      const boundaryType = strings(node as ConstDirectiveNode, 'boundaryType')[0] ?? '';
      for (const permission of strings(node as ConstDirectiveNode, 'permissions'))
        found.push({ permission, boundaryType });
    },
  });
  return found;
}

function strings(node: ConstDirectiveNode, name: string): string[] {
  const value = node.arguments?.find((argument) => argument.name.value === name)?.value;
  const values = value?.kind === Kind.LIST ? value.values : [value];
  return values.flatMap((item) => (item?.kind === Kind.STRING ? [item.value] : []));
}

describe('the catalogue', () => {
  const raw = entries('permissions');
  const bundles = entries('permission_groups');

  test('names files by resource and action', () => {
    for (const { path, name } of [...raw, ...bundles]) {
      const [resource, file] = path.split('/').slice(-2);
      expect(name, path).toBe(`${file?.replace('.yml', '')}_${resource}`);
    }
  });

  test('has each raw permission in exactly one bundle', () => {
    const bundled = bundles.flatMap(({ permissions }) => permissions);
    expect(bundled.sort()).toEqual(raw.map(({ name }) => name).sort());
  });

  test('holds what the schema asks for, and nothing else', () => {
    expect([...new Set(asked().map(({ permission }) => permission))].sort()).toEqual(
      raw.map(({ name }) => name).sort(),
    );
  });

  test('offers each permission in the kinds of boundary where it is asked', () => {
    for (const { permission, boundaryType } of asked()) {
      const bundle = bundles.find(({ permissions }) => permissions.includes(permission));
      expect(bundle?.boundaries, permission).toContain(boundaryType);
    }
  });
});

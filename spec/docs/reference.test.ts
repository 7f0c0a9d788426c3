import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAmbit, parseGrants } from 'ambit';
import { loadCaseFile, runCase } from 'ambit/cases';
import { loadRules } from 'ambit/load';
import { afterAll, describe, expect, it } from 'vitest';
import { parse as parseYaml } from 'yaml';
import {
  type Block,
  firstCells,
  readDocument,
  section,
  source,
  sourceNamed,
  sources,
  tableRows,
} from './documents.ts';

/** The reference pages say what the sources say. */

const folder = mkdtempSync(join(tmpdir(), 'ambit-docs-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const page = (name: string) => readDocument(`docs/reference/${name}.md`);
const keysOf = (text: string, name: string): string[] => {
  const body = new RegExp(
    `const ${name}: readonly string\\[\\] = \\[([^\\]]*)\\]|const ${name} = \\[([^\\]]*)\\]`,
  ).exec(text);
  return [...(body?.[1] ?? body?.[2] ?? '').matchAll(/'(\w+)'/g)].map(([, key = '']) => key);
};
const same = (documented: readonly string[], written: readonly string[]) => {
  expect(written.length).toBeGreaterThan(0);
  expect([...documented].sort()).toEqual([...written].sort());
};
const write = (name: string, { text }: Block): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};

describe('docs/reference/server.md', () => {
  const config = source('packages/server/src/config.ts');
  const shape = /const optionsShape = z\.strictObject\(\{\n(.*?)\n\}\);/s.exec(config)?.[1] ?? '';
  const rows = tableRows(section(page('server'), 'Configuration')).filter(
    ([name]) => !name?.includes('AMBIT_'),
  );

  it('has every option of the configuration and no other', () => {
    const documented = rows.map(([name = '']) => name.replaceAll('`', ''));
    const written: string[] = [];
    let group = '';
    for (const line of shape.split('\n')) {
      const [, indent = '', key = '', value = ''] =
        /^( +)(\w+): (.*)$/.exec(line) ?? /^( +)(\w+):(\s*)$/.exec(line) ?? [];
      const nested = line.includes('strictObject') || (value.trim() === 'z' && key !== 'url');
      if (key === '' || indent.length > 6) continue;
      if (indent.length === 2) group = nested ? `${key}.` : '';
      if (!nested) written.push(indent.length === 2 ? key : `${group}${key}`);
    }
    same(documented, written);
  });

  it('has the defaults of the numbers', () => {
    const numbers = [...shape.matchAll(/(\w+): [^\n]*\.default\(([\d_]+)\)/g)];
    for (const [, key = '', value = ''] of numbers) {
      const [, shown] = rows.find(([name]) => name === `\`${key}\`` || name?.endsWith(`.${key}\``)) ?? [];
      expect(shown, key).toBe(value.replaceAll('_', ''));
    }
    expect(numbers.length).toBeGreaterThan(4);
  });

  it('has every route', () => {
    const routes = [...sources('packages/server/src').matchAll(/method: '(\w+)',\s*path: '([^']+)'/g)];
    same(
      firstCells(section(page('server'), 'HTTP')),
      routes.map(([, method, path]) => `${method} ${path}`),
    );
  });

  it('has every command and no other', () => {
    const [table = ''] = section(page('server'), 'Commands').split('| flag of');
    const words = [...sources('packages/server/src/cli').matchAll(/^ {2}words: \[([^\]]*)\]/gm)];
    const documented = firstCells(table).map((text) => /^ambit-server((?: [a-z]+[a-z-]*)*)/.exec(text)?.[1]);
    const written = words.map(([, list = '']) => list.replace(/[',]/g, ''));
    // A command that does two things has a row for each.
    same([...new Set(documented.map((text) => text?.trim() ?? ''))], [...new Set(written)]);
  });

  it('has every flag of token create', () => {
    const command = source('packages/server/src/cli/token-create.ts');
    const flags = /flags: \{\n(.*?)\.\.\.CONFIG_FLAG/s.exec(command)?.[1] ?? '';
    const [, table = ''] = section(page('server'), 'Commands').split('| flag of');
    same(
      firstCells(`| flag of${table}`).map((text) => text.replace(/^--([\w-]+).*$/, '$1')),
      [...flags.matchAll(/^ {4}'?([\w-]+)'?: \{/gm)].map(([, name = '']) => name),
    );
  });
});

describe('token narrow in docs/reference/server.md', () => {
  it('has every flag', () => {
    const command = source('packages/server/src/cli/token-narrow.ts');
    const flags = /flags: \{\n(.*?)\.\.\.COMMON_FLAGS/s.exec(command)?.[1] ?? '';
    const [, , table = ''] = section(page('server'), 'Commands').split('| flag of');
    same(
      firstCells(`| flag of${table}`).map((text) => text.replace(/^--([a-z-]+).*$/, '$1')),
      [...flags.matchAll(/^ {4}'?([a-z-]+)'?: \{/gm)].map(([, name = '']) => name),
    );
  });
});

describe('docs/reference/tokens.md', () => {
  it('has every key of a caveat', () => {
    const vocabulary =
      /const VOCABULARY.*?\]\);/s.exec(source('packages/ambit/src/narrow/caveat.ts'))?.[0] ?? '';
    same(
      firstCells(section(page('tokens'), 'Caveats')),
      [...vocabulary.matchAll(/\['(\w+)',/g)].map(([, key = '']) => key),
    );
  });

  it('has every code of a narrowing that cannot be done', () => {
    const [, union = ''] =
      /type NarrowErrorCode =([^;]+);/.exec(source('packages/ambit/src/narrow/errors.ts')) ?? [];
    same(
      firstCells(section(page('tokens'), 'Narrowing in code')),
      [...union.matchAll(/'([A-Z_]+)'/g)].map(([, code = '']) => code),
    );
  });

  it('has the limits', () => {
    const wire = source('packages/ambit/src/narrow/wire.ts');
    const limits = [...wire.matchAll(/export const MOST_\w+ = ([\d_]+);/g)].map(([, limit = '']) =>
      limit.replaceAll('_', ','),
    );
    expect(limits).toEqual(['8', '2,048']);
    for (const limit of limits) expect(section(page('tokens'), 'A chain')).toContain(limit);
  });
});

describe('docs/reference/rules-file.md', () => {
  const rules = sourceNamed('packages/ambit/src', 'rules.ts');
  it.each([
    ['The rules file', 'FILE_KEYS'],
    ['A kind of boundary', 'KIND_KEYS'],
    ['A rule', 'RULE_KEYS'],
    ['An entry of permissions', 'ENTRY_KEYS'],
  ])('has every key under "%s"', (title, name) => {
    const own = section(page('rules-file'), title).split('\n## ')[0] ?? '';
    same(firstCells(own.replace(/(\| [^|]+ \|)[^\n]*/g, '$1 |')), keysOf(rules, name));
  });

  it('shows rules files that can be read', async () => {
    for (const block of page('rules-file').blocks.filter(({ language }) => language === 'yaml')) {
      await expect(loadRules(write('rules.yml', block))).resolves.toBeDefined();
    }
  });
});

describe('docs/reference/grants.md', () => {
  it('has every key', () => {
    const [keys = ''] = section(page('grants'), 'Grants').split('| boundary |');
    same(
      firstCells(keys.replace(/(\| [^|]+ \|)[^\n]*/g, '$1 |')),
      keysOf(sourceNamed('packages/ambit/src', 'grants.ts'), 'KEYS'),
    );
  });

  it('shows grants that can be read', () => {
    for (const { text } of page('grants').blocks.filter(({ language }) => language === 'json')) {
      expect(() => parseGrants(JSON.parse(text))).not.toThrow();
    }
  });
});

describe('docs/reference/permissions.md', () => {
  const named = (text: string): string[] => [...text.matchAll(/`(\w+)`/g)].map(([, name = '']) => name);

  it('has every key of an assignable permission', () => {
    const [, table = ''] = page('permissions').text.split('| key of an assignable permission |');
    const rows = table.split('\n\n')[0] ?? '';
    const keys = keysOf(sourceNamed('packages/ambit/src', 'catalogsource.ts'), 'BUNDLE_KEYS');
    expect(keys.length).toBeGreaterThan(0);
    expect(keys.filter((key) => !named(rows).includes(key))).toEqual([]);
  });

  it('has every verb that is discouraged', () => {
    const naming = sourceNamed('packages/ambit/src/rules', 'naming.ts');
    const lists = [...naming.matchAll(/\[((?:'\w+'(?:, )?)+)\]/g)].map(([, list = '']) => list);
    const verbs = lists.flatMap((list) => [...list.matchAll(/'(\w+)'/g)].map(([, verb = '']) => verb));
    expect(verbs.length).toBeGreaterThan(15);
    const shown = named(section(page('permissions'), 'Names'));
    expect(verbs.filter((verb) => !shown.includes(verb))).toEqual([]);
    const pairs = [...naming.matchAll(/\['(\w+)', '(\w+)'\],/g)];
    const rows = section(page('permissions'), 'Names').split('\n');
    const wrong = pairs.filter(
      ([, verb, better]) =>
        !rows.some((row) => row.includes(`\`${verb}\``) && row.includes(`| \`${better}\``)),
    );
    expect(wrong.map(([, verb]) => verb)).toEqual([]);
  });

  it('shows catalogues that can be read', () => {
    const blocks = page('permissions').blocks.filter(({ language }) => language === 'yaml');
    const whole = blocks.map(({ text }) => parseYaml(text)).filter((value) => 'permission_groups' in value);
    expect(whole.length).toBe(2);
    const schema = 'type Query { version: String @public }';
    const boundaries = { project: {}, group: {}, clinic: {} };
    for (const permissions of whole)
      expect(() => createAmbit({ schema, permissions, boundaries })).not.toThrow();
  });
});

describe('docs/reference/directives.md', () => {
  it('shows a schema that compiles', () => {
    const [block] = page('directives').blocks;
    const rest = `
      extend type Query { node(id: ID!): Node @public }
      interface Node { id: ID! }
      type Card implements Node @requiresPermissions(permissions: ["read_issue"], boundaryType: "project", boundary: "project { fullPath }") { id: ID! project: Project }
      input CreateIssueInput { projectPath: ID! }
      type CreateIssuePayload @inherits { ok: Boolean }
      type MoveIssuePayload @inherits { ok: Boolean }`;
    expect(
      createAmbit({ schema: `${block?.text}${rest}` })
        .check()
        .findings.filter(({ severity }) => severity === 'error'),
    ).toEqual([]);
  });
});

describe('docs/reference/cases.md', () => {
  it('shows cases that pass', async () => {
    const [block] = page('cases').blocks;
    const cases = await loadCaseFile(write('cases.yml', block!));
    for (const one of cases) expect((await runCase(one)).differences).toEqual([]);
    expect(cases.length).toBe(3);
  });
});

describe('docs/reference/cli.md', () => {
  const options = source('packages/ambit/src/cli/options.ts');
  const written = [...options.matchAll(/^ {2}'?([a-z-]+)'?: \{/gm)].map(([, name = '']) => name);

  it('has every option of the command', () => {
    expect(written.length).toBeGreaterThan(6);
    expect(written.filter((name) => name !== 'help' && !page('cli').text.includes(`--${name}`))).toEqual([]);
  });

  it('has a section for every command', () => {
    const run = source('packages/ambit/src/cli/run.ts');
    const commands = /COMMANDS: readonly Command\[\] = \[([^\]]+)\]/.exec(run)?.[1] ?? '';
    for (const [, name = ''] of commands.matchAll(/(\w+)Command/g)) {
      const words = name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
      expect(section(page('cli'), `ambit ${words}`)).toContain(`ambit ${words}`);
    }
  });
});

describe('docs/reference/yoga.md', () => {
  const files = `${sources('packages/ambit/src/yoga')}\n${source('packages/ambit/src/http/challenge.ts')}`;

  it('has every option', () => {
    const shape = /interface UseAmbitOptions<Context> \{(.*?)\n\}/s.exec(files)?.[1] ?? '';
    const [options = ''] = section(page('yoga'), 'Options').split('\n\n`grants` is');
    same(
      firstCells(options),
      [...shape.matchAll(/readonly (\w+)\??:/g)].map(([, name = '']) => name),
    );
  });

  it('has every status and code that differs from 200', () => {
    const written = [...files.matchAll(/(?:status: |, )([45]\d\d)\b/g)].map(([, status = '']) => status);
    const [statuses = '', codes = ''] = section(page('yoga'), 'What it answers').split('| code |');
    const documented = tableRows(statuses).map(([status = '']) => status);
    same(
      documented.filter((status) => status !== '200'),
      [...new Set(written)],
    );
    same(
      firstCells(`| code |${codes}`),
      [...files.matchAll(/code: '([A-Z]+)'|_CODE = '([A-Z]+)'/g)]
        .map(([, one, other]) => ['', one ?? other] as const)
        .map(([, code = '']) => code),
    );
  });
});

describe('docs/reference/gateway.md', () => {
  const files = sources('packages/ambit/src/gateway');

  it('has every status', () => {
    const statuses = [...files.matchAll(/\b([2-5]\d\d)\b(?=,|\s*:|\s*\})/g)].map(([, status = '']) => status);
    const documented = tableRows(section(page('gateway'), 'What it answers')).map(([status = '']) => status);
    same(documented, [...new Set(statuses)]);
  });

  it('has the sentence of what is not carried', () => {
    const own = /function notCarried.*?\n\}/s.exec(files)?.[0] ?? '';
    const sentences = [...own.matchAll(/return ['`](.+)['`];/g)].map(([, text = '']) =>
      text.replaceAll('\\`', '`').replace(/\$\{[^}]+\}/, 'defer'),
    );
    expect(sentences.length).toBeGreaterThan(1);
    for (const sentence of sentences) expect(page('gateway').text).toContain(sentence);
  });
});

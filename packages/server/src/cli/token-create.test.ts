import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';

import { readArguments } from './arguments.ts';
import { curlFor } from './curl.ts';
import { tokenCreate } from './token-create.ts';
import { requestFrom } from './token-request.ts';

const folder = mkdtempSync(join(tmpdir(), 'ambit-grants-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const read = async (...argv: readonly string[]) =>
  requestFrom(readArguments(argv, tokenCreate.flags), folder);

test('every permission given is granted in every boundary given', async () => {
  expect(
    await read(
      '--name',
      'n',
      '--permission',
      'a',
      '--permission',
      'b',
      '--boundary',
      'project=acme/web',
      '--boundary=user',
    ),
  ).toMatchObject({
    granular: [
      { permissions: ['a', 'b'], boundary: { project: 'acme/web' } },
      { permissions: ['a', 'b'], boundary: 'user' },
    ],
  });
});

test('an id may hold the sign that ends its kind', async () => {
  expect(
    (await read('--name', 'n', '--permission', 'a', '--boundary', 'project=a=b')).granular?.[0]?.boundary,
  ).toEqual({ project: 'a=b' });
});

test('scopes repeat, and the server says how long when nobody else does', async () => {
  expect(await read('--name', 'n', '--scope', 'a', '--scope', 'b')).toEqual({
    name: 'n',
    scopes: ['a', 'b'],
    granular: [],
  });
});

test.each([
  [['--scope', 'a'], /needs a --name/],
  [['--name', 'n', '--permission', 'p'], /--permission needs a --boundary/],
  [['--name', 'n', '--boundary', 'user'], /--boundary needs a --permission/],
  [['--name', 'n', '--permission', 'p', '--boundary', 'usr'], /KIND=ID/],
  [['--name', 'n', '--permission', 'p', '--boundary', 'project='], /KIND=ID/],
  [['--name', 'n', '--scope', 'a', '--expires', 'soon'], /whole number with a unit/],
  [['--name', 'n', '--name', 'm'], /given once; it was given 2 times/],
  [['--name'], /--name needs a value: --name NAME/],
  [['--json=yes'], /--json takes no value/],
])('%j is refused', async (argv, message) => {
  await expect(read(...argv)).rejects.toThrow(message);
});

test('an unknown flag is answered with the nearest', async () => {
  await expect(read('--scpoe', 'a')).rejects.toThrow(
    expect.objectContaining({ code: 'USAGE', suggestion: 'Did you mean --scope?' }),
  );
});

test('a file says what the token may do, as ambit needs prints it', async () => {
  const granular = [{ permissions: ['read_issue'], boundary: { project: 'acme/web' } }];
  writeFileSync(join(folder, 'grants.json'), JSON.stringify({ subject: 'alice', granular }));
  expect(await read('--name', 'n', '--grants', 'grants.json', '--expires', '1h')).toEqual({
    name: 'n',
    expires: '1h',
    subject: 'alice',
    granular,
  });
  expect(await read('--name', 'n', '--grants', 'grants.json', '--subject', 'bob')).toMatchObject({
    subject: 'bob',
  });
});

test('what ambit needs --json prints of one operation says what the token may do', async () => {
  const granular = [{ permissions: ['read_issue'], boundary: { project: 'acme/web' } }];
  const operation = { file: 'op.graphql', name: null, needs: [], grants: { granular }, because: [] };
  writeFileSync(join(folder, 'needs.json'), JSON.stringify({ operations: [operation] }));
  expect(await read('--name', 'n', '--grants', 'needs.json')).toEqual({
    name: 'n',
    granular,
  });
});

test('a placeholder is no name of a place', async () => {
  await expect(
    read('--name', 'n', '--permission', 'p', '--boundary', 'clinic=<clinic>'),
  ).rejects.toMatchObject({ suggestion: 'Put the real identity in the place of <clinic>.' });
});

test.each([
  ['{"operations": []}', [], /needs of 0 operations/],
  ['{"operations": [{"grants": {}}, {"grants": {}}]}', [], /needs of 2 operations/],
  ['{"operations": [{"name": null}]}', [], /without grants/],
  ['{"granular": [{"permissions": ["p"], "boundary": {"clinic": "<clinic>"}}]}', [], /named <clinic>/],
  ['{"scopes": ["a"], "expires": "2027-01-01"}', [], /holds "expires"/],
  ['{"caveats": []}', [], /holds "caveats"/],
  ['[]', [], /must hold one mapping/],
  ['{', [], /neither JSON nor YAML/],
  ['{}', ['--scope', 'a'], /--scope cannot stand beside it/],
])('grants %j with %j are refused', async (text, more, message) => {
  writeFileSync(join(folder, 'bad.json'), text);
  await expect(read('--name', 'n', '--grants', 'bad.json', ...more)).rejects.toThrow(message);
});

test('grants that are not there are refused by their path', async () => {
  await expect(read('--name', 'n', '--grants', 'none.json')).rejects.toThrow(/none\.json cannot be read/);
});

test('a query goes through a shell as it is', () => {
  const query = `{ a(text: "it's $HOME \\" \`id\` !") }`;
  const line = curlFor('http://127.0.0.1:1', 'ambp_x', query, 'linux');
  const printed = execFileSync('sh', ['-c', line.replace(/^curl/, "printf '%s\\n'")], { encoding: 'utf8' });
  expect(JSON.parse(printed.trimEnd().split('\n').at(-1) ?? '')).toEqual({ query });
});

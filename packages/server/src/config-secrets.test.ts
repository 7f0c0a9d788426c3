import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { type Config, loadConfig } from './config.ts';

/** No mistake in a configuration repeats what may be a secret. */

const small = 'schema: schema.graphql\nupstream: { url: "http://127.0.0.1:4001/graphql" }\n';

async function load(text: string): Promise<Config> {
  const folder = await mkdtemp(join(tmpdir(), 'ambit-config-'));
  const file = join(folder, 'ambit.yml');
  await writeFile(file, text);
  return loadConfig({ file, env: {}, folder });
}

test.each([
  ['*hunter2SECRET', 'an alias, *name, has no anchor'],
  ['|hunter2SECRET', 'something stands here'],
  ['>hunter2SECRET', 'something stands here'],
  ['!hunter2SECRET', 'a tag, !name, is not known here'],
  ['!h!hunter2SECRET', 'a tag, !name, is not known here'],
  ['"\\SECRET"', 'a backslash'],
  ['@hunter2SECRET', 'begins with a character'],
  ['[SECRET', 'a bracket is not closed'],
])('a password %s that YAML takes for something else is not repeated', async (password, words) => {
  const text = `${small}database:\n  url: postgres://u@h/d\n  password: ${password}\n`;
  const { message, suggestion } = await load(text).then(
    () => ({ message: '', suggestion: '' }),
    (error: { message: string; suggestion: string }) => error,
  );
  expect(message).toMatch(/ambit\.yml:\d+: this is not YAML: /);
  expect(message).toContain(words);
  expect(message + suggestion).not.toContain('SECRET');
});

test.each([
  ['rules: https://u:SECRET@h/rules.yml', '`rules`: must be a path'],
  ['permissions: https://h/p?k=SECRET', '`permissions`: must be a path'],
  [
    'leaks: { github: { keysUrl: "https://u:SECRET@h/keys" } }',
    '`leaks.github.keysUrl`: must hold no credential',
  ],
])('an address is not repeated: %s', async (option, words) => {
  const error = await load(`${small}${option}\n`).catch(String);
  expect(error).toContain(words);
  expect(error).not.toContain('SECRET');
});

test('the line of an alias without an anchor before it is told', async () => {
  await expect(load(`${small}data: *none\nhost: &none a\n`)).rejects.toThrow(
    /ambit\.yml:3: .* has no anchor/,
  );
  expect((await load(`host: &here 127.0.0.1\n${small}data: *here\n`)).data).toMatch(/127\.0\.0\.1$/);
});

test.each([
  ['upstream: { url: http://x, headers: { "x SECRET": 1 } }', '`upstream.headers.x…`'],
  [`upstream: { url: http://x }\nscopes: { "S x SECRET": { description: 1 } }`, '`scopes.S…'],
  [`upstream: { url: http://x, headers: { "x SECRET": "\${NONE}" } }`, '`upstream.headers.x…`'],
  [`upstream: { url: http://x, headers: { "x SECRET": "\${A:-b}" } }`, '`upstream.headers.x…`'],
  [`upstream: { url: http://x, headers: { "x SECRET": a, "X SECRET": b } }`, '`upstream.headers.x…`'],
])('of a key that is no plain name only the start is told: %s', async (text, name) => {
  const error = await load(`schema: s\n${text}\n`).catch(String);
  expect(error).toContain(name);
  expect(error).not.toContain('SECRET');
});

test.each([
  'http://user:PSECRET@127.0.0.1:1/graphql',
  'http://:PSECRET@127.0.0.1:1/graphql',
  'HTTP://user:PSECRET@127.0.0.1:1/graphql',
  'http://user:PSE/CRET@127.0.0.1:1/graphql',
  'ftp://user:PSECRET@127.0.0.1:1/graphql',
])('the address %s of a schema is refused without its password', async (address) => {
  const error = await load(`schema: "${address}"\nupstream: { url: http://a.test }`).catch(String);
  expect(error).toMatch(/:1: `schema`: must (?:hold no credential|be a path, or an address)/);
  expect(error).not.toMatch(/PSE|CRET/);
});

test('a password without a user is a credential in an address too', async () => {
  await expect(load('schema: s\nupstream: { url: "http://:p@a.test" }')).rejects.toThrow(/no credential/);
});

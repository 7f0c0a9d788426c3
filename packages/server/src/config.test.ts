import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { type Config, findDataFolder, loadConfig } from './config.ts';
import type { Environment } from './config-file.ts';

const small = 'schema: schema.graphql\nupstream: { url: "http://127.0.0.1:4001/graphql" }\n';

// Nine levels of nine: 9^9 values in three hundred characters.
const bomb = [...'abcdefghi']
  .map((name, at, all) => `${name}: &${name} [${Array(9).fill(at === 0 ? 'x' : `*${all[at - 1]}`)}]\n`)
  .join('');

async function fileWith(text: string): Promise<string> {
  const file = join(await mkdtemp(join(tmpdir(), 'ambit-config-')), 'ambit.yml');
  await writeFile(file, text);
  return file;
}

async function load(text: string, env: Environment = {}, port?: string): Promise<Config> {
  return loadConfig({ file: await fileWith(text), env, port, folder: '/elsewhere' });
}

test('a small file is completed with defaults, its paths relative to itself', async () => {
  const file = await fileWith(small);
  const config = await loadConfig({ file, env: {}, folder: '/elsewhere' });
  expect(config).toMatchObject({
    port: 4000,
    host: '127.0.0.1',
    data: join(file, '..', '.ambit'),
    schema: join(file, '..', 'schema.graphql'),
    limits: {
      bodyBytes: 1_048_576,
      depth: 50,
      documentTokens: 10_000,
      upstreamMs: 30_000,
      answerBytes: 8_388_608,
    },
  });
});

test('ambit.yml of the working folder is used when no file is named', async () => {
  const file = await fileWith(small);
  expect((await loadConfig({ env: {}, folder: join(file, '..') })).schema).toBe(
    join(file, '..', 'schema.graphql'),
  );
});

test('--port goes before AMBIT_PORT, and that before the file; AMBIT_DATA is relative to the working folder', async () => {
  const text = `port: 1\n${small}`;
  expect((await load(text, { AMBIT_PORT: '2' }, '3')).port).toBe(3);
  expect((await load(text, { AMBIT_PORT: '2', AMBIT_DATA: 'd' })).port).toBe(2);
  expect((await load(text, { AMBIT_PORT: '', AMBIT_DATA: 'd' })).port).toBe(1);
  expect((await load(text, { AMBIT_DATA: 'd' })).data).toBe('/elsewhere/d');
});

test('variables are put into strings, one value never being read again for more', async () => {
  const text = `schema: s\nupstream: { url: "\${URL}", headers: { authorization: "Bearer \${A}\${B}" } }\n`;
  const config = await load(text, { URL: 'http://api.test/g', A: `\${B}`, B: 'b' });
  expect(config.upstream).toMatchObject({
    url: 'http://api.test/g',
    headers: { authorization: `Bearer \${B}b` },
  });
});

test.each([
  [
    'an unset variable',
    `schema: s\nupstream:\n  url: http://a.test\n  headers: { x: "\${TOKEN}" }`,
    /:4: `upstream\.headers\.x` needs the environment variable TOKEN, which is not set/,
  ],
  ['an empty variable', `schema: "\${EMPTY}"\nupstream: { url: http://a.test }`, /EMPTY, which is empty/],
  [
    'a default in a variable',
    `schema: "\${A:-b}"\nupstream: { url: http://a.test }`,
    /without the name of a variable/,
  ],
  ['an unknown key', `${small}prot: 4000`, /:3: there is no option `prot`/],
  [
    'an unknown nested key',
    'schema: s\nupstream:\n  url: http://a.test\n  header: {}',
    /:4: there is no option `upstream\.header`/,
  ],
  ['a wrong type', `${small}port: "4000"`, /:3: `port`: .*number/],
  ['a missing schema', 'upstream: { url: http://a.test }', /`schema`/],
  ['an address that is not http', 'schema: s\nupstream: { url: "file:///etc/passwd" }', /http or https/],
  ['a credential in the address', 'schema: s\nupstream: { url: "http://u:p@a.test" }', /no credential/],
  [
    'a header that the gateway sets',
    'schema: s\nupstream: { url: http://a.test, headers: { Host: x } }',
    /gateway sets itself/,
  ],
  [
    'a line break in a header',
    'schema: s\nupstream: { url: http://a.test, headers: { x: "a\\nb" } }',
    /printable ASCII/,
  ],
  [
    'the subject header as a fixed one',
    'schema: s\nupstream: { url: http://a.test, headers: { X-S: a }, subjectHeader: x-s }',
    /names the header x-s twice/,
  ],
  ['a limit of nothing', `${small}limits: { depth: 0 }`, /limits\.depth/],
  [
    'a limit on answers that is no whole number',
    `${small}limits: { answerBytes: 1.5 }`,
    /limits\.answerBytes/,
  ],
  ['aliases that multiply', `${bomb}${small}`, /cannot be resolved: .*[Aa]lias/],
  ['an alias of nothing', `${small}data: *none`, /[Aa]lias/],
  ['a mapping that holds itself', `a: &a { b: *a }\n${small}`, /more than 20 levels, or holds itself/],
  ['what nests without end', `${small}data: ${'['.repeat(50_000)}${']'.repeat(50_000)}`, /YAML|levels/],
  ['what is not YAML', 'schema: [', /:1: this is not YAML/],
  ['a key twice', `${small}schema: again`, /:3: this is not YAML/],
  ['what is not a mapping', '- a', /mapping of options/],
])('%s is an error that says where', async (_what, text, message) => {
  await expect(load(text, { EMPTY: '' })).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: expect.stringMatching(message),
  });
});

test('an unknown key is answered with the nearest known one, and all mistakes come at once', async () => {
  const wrong = load(`${small}prot: 4000\nlimits: { dept: 3 }`);
  await expect(wrong).rejects.toMatchObject({
    message: expect.stringMatching(/`limits\.dept`[\s\S]*`prot`/),
    suggestion: expect.stringMatching(/For `prot`: did you mean `port`\?/),
  });
});

test('no message repeats the value of a variable', async () => {
  const text = `schema: s\nupstream: { url: "\${URL}", headers: { x: "\${SECRET}" } }`;
  const error = await load(text, { URL: 'nonsense-url', SECRET: 'hush\nhush' }).catch((reason: unknown) =>
    String(reason),
  );
  expect(error).not.toContain('hush');
});

test.each(['x', '-1', '65536', '1e3', ' 80'])('%j is no port', async (port) => {
  await expect(load(small, {}, port)).rejects.toThrow(/--port must be a port/);
});

test('a file that is not there, and no file at all, are sentences', async () => {
  await expect(loadConfig({ file: '/none/ambit.yml', env: {}, folder: '/' })).rejects.toThrow(
    /cannot be read \(ENOENT\)/,
  );
  await expect(loadConfig({ env: {}, folder: '/nowhere' })).rejects.toThrow(/There is no configuration/);
});

test('the data folder is found without the secrets that the file names', async () => {
  const file = await fileWith(`data: ./d\nschema: s\nupstream: { url: "\${UNSET}" }`);
  expect(await findDataFolder({ file, env: {}, folder: '/' })).toBe(join(file, '..', 'd'));
  expect(await findDataFolder({ env: {}, folder: '/nowhere' })).toBe('/nowhere/.ambit');
});

const elsewhere = 'signIn: { issuer: "https://login.example", clientId: ambit, name: Acme }\n';

test('publicUrl is a host alone, and what is written after it is refused', async () => {
  const publicUrlOf = async (url: string): Promise<string | undefined> =>
    (await load(`${small}publicUrl: "${url}"\n`)).publicUrl;
  expect(await publicUrlOf('https://Ambit.example.com:8443/')).toBe('https://ambit.example.com:8443');
  for (const url of [
    'https://a.example/path',
    'https://u:p@a.example',
    'https://a.example?x',
    'ftp://a.example',
    'a',
  ])
    await expect(publicUrlOf(url), url).rejects.toThrow('publicUrl');
});

test('signIn needs an address to come back to, and an issuer on https or on this machine', async () => {
  await expect(load(small + elsewhere)).rejects.toThrow('`signIn` needs `publicUrl`');
  const text = `${small}publicUrl: "https://a.example"\n${elsewhere}`;
  expect((await load(text)).signIn).toMatchObject({
    subjectClaim: 'sub',
    scopes: ['openid', 'profile', 'email'],
  });
  await expect(load(text.replace('https://login', 'http://login'))).rejects.toThrow(
    'must be an https address',
  );
  expect((await load(text.replace('https://login.example', 'http://127.0.0.1:9'))).signIn?.issuer).toBe(
    'http://127.0.0.1:9',
  );
});

const asked =
  '{ url: "https://login.example/i", clientId: a, clientSecret: b, issuer: "https://login.example" }';

test('introspection needs an audience, or the words that it takes tokens for other APIs', async () => {
  const withOption = (option: string): string =>
    `${small}introspection: ${asked.replace(' }', `, ${option} }`)}\n`;
  await expect(load(`${small}introspection: ${asked}\n`)).rejects.toThrow(
    /`introspection\.audience`: is needed: .* opens this one/,
  );
  expect((await load(withOption('audience: [a]'))).introspection?.audience).toEqual(['a']);
  expect((await load(withOption('acceptTokensForOtherApis: true'))).introspection?.audience).toBeUndefined();
  await expect(load(withOption('acceptTokensForOtherApis: false'))).rejects.toThrow('introspection.audience');
  await expect(load(withOption('audience: [a], acceptTokensForOtherApis: true'))).rejects.toThrow(
    '`introspection.acceptTokensForOtherApis`: says the opposite',
  );
});

test('an issuer that is not https is named by the option that has its address', async () => {
  const one = (more: string): string => `${small}issuers: [{ audience: [a], ${more} }]\n`;
  await expect(load(one('issuer: "http://127.0.0.1:4202"'))).rejects.toThrow(
    /`issuers\.0\.issuer`: must be an https address/,
  );
  await expect(load(one('issuer: a, jwks: "http://127.0.0.1:4202/k"'))).rejects.toThrow(
    /`issuers\.0\.jwks`: must be an https address/,
  );
});

test('proxies that are trusted are networks, an address being the one that holds it alone', async () => {
  expect((await load(small)).trustedProxies).toEqual([]);
  const { trustedProxies } = await load(`${small}trustedProxies: [10.0.0.0/8, 192.0.2.1, "2001:db8::1"]\n`);
  expect(trustedProxies).toEqual(['10.0.0.0/8', '192.0.2.1/32', '2001:db8::1/128']);
});

test.each([
  ['0.0.0.0/0', 'and not all addresses there are'],
  ['::/0', 'and not all addresses there are'],
  ['10.0.0.0/33', 'or 10.0.0.0/8.'],
  ['10.1', 'or 10.0.0.0/8.'],
  ['10.0.0.0/8/8', 'or 10.0.0.0/8.'],
  ['', 'or 10.0.0.0/8.'],
  ['localhost', 'it is a name, and names are not looked up'],
  ['proxy.example.com', 'it is a name, and names are not looked up'],
])('a proxy cannot be %j', async (proxy, why) => {
  const wrong = load(`${small}trustedProxies: ["${proxy}"]\n`);
  await expect(wrong).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: expect.stringContaining(
      '`trustedProxies.0`: must be an address or a network, such as 127.0.0.1 or 10.0.0.0/8',
    ),
  });
  await expect(wrong).rejects.toThrow(why);
});

test.each([
  ['http://127.0.0.1:4733/', 'must not end with a slash'],
  ['https://api.example.com/', 'must not end with a slash'],
  ['http://api.example.com', 'must begin with https://: http is for this machine alone (localhost'],
  ['http://api.example.com/', 'must begin with https://'],
  ['https://api.example.com/ambit', 'with no path behind'],
  ['https://api.example.com?a=b', 'with no path behind'],
  ['https://u:p@api.example.com', 'must hold no credential'],
  ['https://API.example.com', 'must be written in small letters'],
  ['https://api.example.com:443', 'without a port that is the usual one'],
  ['https://api.example.com#', 'nothing behind the host'],
  ['api.example.com', 'must be an https origin such as'],
  ['ftp://api.example.com', 'must be an https origin such as'],
])('%s is no issuer, for a reason of its own', async (issuer, why) => {
  const wrong = load(`${small}oauth: { issuer: "${issuer}" }\n`);
  await expect(wrong).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: expect.stringContaining('`oauth.issuer`: must '),
  });
  await expect(wrong).rejects.toThrow(why);
});

test.each([
  [
    '{ maxExpiry: 10d, defaultExpiry: 30d }',
    '`tokens.defaultExpiry`: is 30d, which is longer than `tokens.maxExpiry`, 10d',
  ],
  [
    '{ defaultExpiry: 400d }',
    '`tokens.defaultExpiry`: is 400d, which is longer than `tokens.maxExpiry`, 365d',
  ],
  [
    '{ maxExpiry: 12h, rotationOverlap: 2d }',
    '`tokens.rotationOverlap`: is 2d, which is longer than `tokens.maxExpiry`, 12h',
  ],
])('tokens: %s contradicts itself', async (tokens, message) => {
  await expect(load(`${small}tokens: ${tokens}\n`)).rejects.toThrow(message);
});

test('a short maximum by itself is no contradiction, and an unknown option of tokens is answered with the nearest', async () => {
  expect((await load(`${small}tokens: { maxExpiry: 10h }\n`)).tokens).toMatchObject({
    maxExpiry: 36_000_000,
  });
  await expect(load(`${small}tokens: { maxExpire: 10h }\n`)).rejects.toMatchObject({
    suggestion: expect.stringContaining('`maxExpiry`'),
  });
});

test('a database without TLS whose address asks for it is a contradiction', async () => {
  const url = 'postgres://ann@db/ambit?sslmode=require';
  const wrong = load(`${small}database: { url: "${url}", tls: false }\n`);
  await expect(wrong).rejects.toThrow(
    '`database.tls` is `false`, and the address of the database says sslmode=require',
  );
  expect((await load(`${small}database: { url: "${url}", tls: true }\n`)).database?.tls).toBe(true);
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';

import { ServerError } from '../errors.ts';
import { inOptions } from './option-mistakes.ts';
import { run } from './run.ts';

/** What commands refuse, in words of their own options, before anything is opened or asked. */

const folder = mkdtempSync(join(tmpdir(), 'ambit-options-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function told(...argv: readonly string[]): Promise<{ exit: number; err: string }> {
  const lines: string[] = [];
  const exit = await run(argv, {
    out: (line) => void lines.push(line),
    err: (line) => void lines.push(line),
    env: {},
    folder,
  });
  return { exit, err: lines.join('\n') };
}

const CODE = ['--grant', 'authorization_code', '--redirect', 'https://app.example.com/back'];
const API_WORDS = /`[a-zA-Z.]*`|Send \{|This is no request|ceiling/;

describe.each([
  [['client', 'create', '--name', 'z'], /needs a --scope, or a --permission with its --boundary/],
  [['client', 'create', '--name', ' '], /A client needs a name/],
  [['client', 'create', '--name', 'z', '--scope', 'a', '--subject', ''], /--subject must be printable ASCII/],
  [['client', 'create', '--name', 'z', '--scope', ''], /--scope must not be empty/],
  [
    ['client', 'create', '--name', 'x'.repeat(101), '--scope', 'a'],
    /--name must have at most 100 characters/,
  ],
  [
    ['client', 'create', '--name', 'z', '--scope', 'a', '--redirect', 'https://a.example'],
    /--redirect is where/,
  ],
  [
    [
      'client',
      'create',
      '--name',
      'z',
      '--scope',
      'a',
      '--grant',
      'authorization_code',
      '--redirect',
      'ftp://a',
    ],
    /--redirect must be an https address/,
  ],
  [['client', 'create', '--name', 'z', '--scope', 'a', '--grant', 'authorization_code'], /needs --redirect/],
  [['client', 'create', '--name', 'z', '--scope', 'a', '--public'], /--public cannot stand beside --grant/],
  [
    ['client', 'create', '--name', 'z', '--public', '--introspects'],
    /--public cannot stand beside --introspects/,
  ],
  [
    ['client', 'create', '--name', 'z', '--scope', 'a', '--grant', 'refresh_token'],
    /--grant refresh_token needs/,
  ],
  [['client', 'create', '--name', 'z', '--scope', 'a', '--subject', 'u', ...CODE], /--subject is whom/],
  [
    ['client', 'create', '--name', 'z', '--permission', '', '--boundary', 'project=a'],
    /--permission must not be empty/,
  ],
  [['token', 'create', '--name', 'z', '--scope', 'a', '--subject', ''], /--subject must be printable ASCII/],
  [['token', 'create', '--name', 'z', '--scope', 'a', '--scope', ''], /--scope must not be empty/],
  [['token', 'create', '--name', 'a\nb', '--scope', 'a'], /--name must be printable/],
  [['token', 'create', '--name', 'z', '--scope', 'a', '--note', ''], /--note must not be empty/],
  [['audit', 'list', '--token', 'ID'], /--token must be the id of a token/],
  [['audit', 'list', '--token', 'oat_short'], /--token must be the id of a token/],
  [['audit', 'list', '--client', ''], /--client must be the id or the name of a client/],
  [['audit', 'list', '--subject', ''], /--subject must not be empty/],
  [['audit', 'list', '--limit', 'x'], /--limit /],
])('%j', (argv, message) => {
  test('is misuse, told by the options', async () => {
    const { exit, err } = await told(...argv);
    expect(err).toMatch(message);
    expect(err).not.toMatch(API_WORDS);
    expect(exit).toBe(2);
  });
});

test('what a file of grants holds is named by its place there', async () => {
  writeFileSync(join(folder, 'grants.json'), '{"granular":[{"permissions":[""],"boundary":{"shop":"a"}}]}');
  const { exit, err } = await told('token', 'create', '--name', 'z', '--grants', 'grants.json');
  expect([exit, err]).toEqual([
    2,
    expect.stringContaining('grants.json: `granular.0.permissions.0`: must not be empty.'),
  ]);
});

test('what a server has against grants is told by the options, each once', async () => {
  const refused = new ServerError(
    'GRANTS_REFUSED',
    [
      '`ceiling.scopes.1`: no such scope',
      '`ceiling.granular.0.boundary`: no such kind',
      '`ceiling.granular.0.permissions.0`: no such permission',
      '`ceiling.granular.1.permissions.0`: no such permission',
      '`granular.1.boundary`: names no subject',
    ].join('\n'),
    'For `ceiling.granular.0.boundary`: did you mean `shop`?\nFor `ceiling.scopes.1`: did you mean `api`?',
  );
  const asked = {
    scopes: ['api', 'aip'],
    granular: [
      { permissions: ['read_ordr'], boundary: { shpo: 'acme' } },
      { permissions: ['read_ordr'], boundary: 'user' },
    ],
  };
  await expect(inOptions(asked, Promise.reject(refused))).rejects.toMatchObject({
    code: 'GRANTS_REFUSED',
    message: [
      '--scope aip: no such scope',
      '--boundary shpo=acme: no such kind',
      '--permission read_ordr: no such permission',
      '--boundary user: names no subject',
    ].join('\n'),
    suggestion: 'For --boundary shpo=acme: did you mean `shop`?\nFor --scope aip: did you mean `api`?',
  });
});

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { readNarrowed } from 'ambit/narrow';
import { afterAll, expect, test } from 'vitest';

import { run } from './run.ts';

const folder = mkdtempSync(join(tmpdir(), 'ambit-narrow-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const { personal } = JSON.parse(
  readFileSync(new URL('../../../../spec/vectors/narrowed-tokens.json', import.meta.url), 'utf8'),
);

interface Ran {
  readonly exit: number;
  readonly out: string;
  readonly err: string;
}

async function narrow(stdin: string | undefined, ...argv: readonly string[]): Promise<Ran> {
  const told = { out: '', err: '' };
  const exit = await run(['token', 'narrow', ...argv], {
    env: { TOKEN: personal, EMPTY: '' },
    folder,
    out: (line) => {
      told.out += `${line}\n`;
    },
    err: (line) => {
      told.err += `${line}\n`;
    },
    input: async () => stdin,
  });
  return { exit, ...told };
}

test('the token alone is on stdout, and carries what the flags say', async () => {
  const { exit, out, err } = await narrow(
    `${personal}\n`,
    ...['--operation', 'mutate:createNote', '--operation', 'query:*', '--permission', 'create_note'],
    ...['--scope', 'read', '--boundary', 'project=acme/web', '--boundary', 'user', '--read-only'],
    ...['--address', '10.0.0.0/8', '--label', 'triage'],
  );
  expect([exit, err]).toEqual([0, expect.stringMatching(/^Valid until 20\S+Z, if /m)]);
  expect(out).toMatch(/^ambn_[0-9A-Za-z]+\n$/);
  const [caveat] = readNarrowed(out.trim()).caveats;
  expect(caveat).toEqual({
    operations: ['mutate:createNote', 'query:*'],
    permissions: ['create_note'],
    scopes: ['read'],
    boundaries: [{ project: 'acme/web' }, 'user'],
    readOnly: true,
    address: ['10.0.0.0/8'],
    label: 'triage',
    expires: expect.any(String),
  });
  const left = Date.parse(caveat?.expires ?? '') - Date.now();
  expect(left).toBeGreaterThan(0);
  expect(left).toBeLessThanOrEqual(10 * 60_000);
});

test('that names are not checked is told beside the answer, where names are given', async () => {
  for (const flags of [
    ['--operation', 'query:nope'],
    ['--permission', 'nope'],
    ['--boundary', 'nope=1'],
  ]) {
    for (const form of [[], ['--json']]) {
      const { exit, out, err } = await narrow(personal, ...flags, ...form);
      expect(exit).toBe(0);
      expect(err.split('\n').filter((line) => line.includes('not checked here'))).toHaveLength(1);
      expect(out).not.toContain('checked');
      expect(form.length === 0 || JSON.parse(out).token).toBeTruthy();
    }
  }
  expect((await narrow(personal, '--read-only', '--json')).err).toBe('');
});

test('the token may be in the environment, in a file, or on stdin, and may be narrowed again', async () => {
  writeFileSync(join(folder, 'token.txt'), `${personal}\n`);
  const made = await Promise.all([
    narrow(undefined, '--env', 'TOKEN'),
    narrow(undefined, '--file', 'token.txt'),
    narrow(personal),
  ]);
  for (const { out } of made) {
    const again = await narrow(out, '--read-only', '--json');
    const { token, caveats, expiresAt } = JSON.parse(again.out);
    expect(readNarrowed(token)).toEqual({ caveats, expires: expiresAt });
    expect(caveats).toHaveLength(2);
  }
});

test.each<[string | undefined, readonly string[], number, RegExp]>([
  [undefined, [], 2, /There is no token on stdin/],
  ['\n', [], 2, /There is no token on stdin/],
  [personal, ['--env', 'NOT_THERE'], 2, /no token in the environment variable/],
  [personal, ['--env', 'EMPTY'], 2, /no token in the environment variable/],
  [personal, ['--file', 'nothing.txt'], 2, /The file of --file cannot be read/],
  [personal, ['--env', 'TOKEN', '--file', 'token.txt'], 2, /--env and --file name two/],
  [personal, [personal], 2, /not taken from the command line/],
  ['not a token', [], 2, /a token that begins with ambp_ or ambn_/],
  [personal, ['--operation', 'createNote'], 2, /`operations` takes query:NAME/],
  [personal, ['--boundary', 'acme/web'], 2, /--boundary takes KIND=ID/],
  [personal, ['--boundary', 'personal'], 2, /`boundaries` takes user, instance/],
  [personal, ['--expires', '30d'], 2, /at most 24 hours/],
  [personal, ['--token', personal], 2, /There is no flag --token/],
])('with %j on stdin, %j is refused without repeating a token', async (stdin, argv, code, message) => {
  const { exit, out, err } = await narrow(stdin, ...argv);
  expect({ exit, out }).toEqual({ exit: code, out: '' });
  expect(err).toMatch(message);
  expect(err).not.toContain(personal.slice(5, 25));
});

test('an end without a unit is told which to write', async () => {
  const { exit, err } = await narrow(personal, '--expires', '10');
  expect(exit).toBe(2);
  expect(err).toContain('write 10m');
});

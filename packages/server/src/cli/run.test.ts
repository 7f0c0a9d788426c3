import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';

import { run } from './run.ts';

const folder = mkdtempSync(join(tmpdir(), 'ambit-run-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function ran(...argv: readonly string[]): Promise<{ exit: number; out: string; err: string }> {
  const told = { out: '', err: '' };
  const exit = await run(argv, {
    env: {},
    folder,
    out: (line) => {
      told.out += `${line}\n`;
    },
    err: (line) => {
      told.err += `${line}\n`;
    },
  });
  return { exit, ...told };
}

test('--version tells the release', async () => {
  const { exit, out } = await ran('--version');
  expect({ exit, out }).toMatchObject({ exit: 0, out: expect.stringMatching(/^\d+\.\d+\.\d+\S*\n$/) });
  expect(JSON.parse((await ran('--version', '--json')).out)).toEqual({ version: out.trim() });
  expect(await ran('--version', '--port', '1')).toMatchObject({ exit: 2 });
});

test('an unknown command is an error, also where it asks for help', async () => {
  expect(await ran('serve', '--help')).toMatchObject({ exit: 2, out: '' });
  expect(await ran('token', 'make', '--help')).toMatchObject({ exit: 2, out: '' });
  for (const argv of [['help'], ['--help'], ['token', '--help'], ['token', 'list', '--help']])
    expect(await ran(...argv)).toMatchObject({ exit: 0, err: '' });
});

test('help of token create offers only boundaries that this server takes, and names flags by name', async () => {
  const { out } = await ran('token', 'create', '--help');
  expect(out).not.toMatch(/all_memberships|personal,|flags above/);
  expect(out).toContain('not with --scope, --permission or --boundary');
});

test('what was typed is no command to a terminal', async () => {
  const { exit, err } = await ran('--config', 'a\u001b[2J\rb.yml');
  expect(exit).not.toBe(0);
  expect(err).toContain('\\u001b');
  for (const one of ['\u001b', '\r']) expect(err).not.toContain(one);
});

test.each([
  ['token', 'create', '--scope', 'read', 'extra'],
  ['token', 'list', 'foo'],
  ['audit', 'list', 'foo'],
])('%s %s with a word too many is refused, and the word not repeated', async (...argv) => {
  const { exit, err } = await ran(...argv);
  expect(exit).toBe(2);
  expect(err).toContain('takes flags alone');
  expect(err).not.toMatch(/foo|extra/);
});

test('whoever revokes a narrowed token by its id is told how', async () => {
  const { exit, err } = await ran('token', 'revoke', 'ambn_secret');
  expect(exit).toBe(2);
  expect(err).toContain('token revoke-narrowed');
  expect(err).not.toContain('ambn_secret');
});

test('a reader that stops early is no error', async () => {
  const program = fileURLToPath(new URL('../../bin/ambit-server.js', import.meta.url));
  const child = spawn(process.execPath, [program, '--help'], { stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.destroy();
  let err = '';
  child.stderr.on('data', (part: Buffer) => {
    err += String(part);
  });
  const [exit] = await once(child, 'close');
  expect([exit, err]).toEqual([0, '']);
});

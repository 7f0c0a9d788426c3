import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { root } from './lib/root.mjs';

/** Every script of package.json that takes options says which, and does nothing else when asked. */

const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const own = Object.entries(scripts).flatMap(([name, command]) => {
  const [, file] = /^node ((?:scripts|bench)\/\w[\w-]*\.mjs)$/.exec(command) ?? [];
  return file ? [{ name, file }] : [];
});

it('is asked of every script', () => {
  expect(own.map(({ name }) => name)).toEqual(
    expect.arrayContaining([
      'start',
      'test',
      'test:matrix',
      'campaign',
      'campaign:tokens',
      'faults',
      'bench',
    ]),
  );
});

it.each(own)('npm run $name -- --help', async ({ name, file }) => {
  const { stdout } = await promisify(execFile)(process.execPath, [file, '--help'], {
    cwd: root,
    timeout: 20_000,
  });
  expect(stdout).toMatch(new RegExp(`^npm (?:run )?${name}\\b`));
  const source = readFileSync(join(root, file), 'utf8');
  const [, options = ''] = /^const OPTIONS = \{\n(.*?)^\};/ms.exec(source) ?? [];
  for (const [, option] of options.matchAll(/^ {2}(\w+): \{/gm)) expect(stdout).toContain(`--${option}`);
});

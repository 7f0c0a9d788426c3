import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describeGranularAccess } from 'ambit/testing';
import { describe, expect, it } from 'vitest';
import { removing } from './questions.ts';

/** Runs `node --test` on the fixture; answers its exit code and report. */
function nodeTest(env: Readonly<Record<string, string>>): Promise<{ code: number; told: string }> {
  const file = fileURLToPath(new URL('desk.node-test.mjs', import.meta.url));
  const { NODE_TEST_CONTEXT: _, ...own } = process.env;
  return new Promise((resolve) => {
    const args = ['--test', '--test-reporter=tap', file];
    execFile(process.execPath, args, { env: { ...own, ...env } }, (error, told) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, told }),
    );
  });
}

describe('the kit under node:test', () => {
  it('makes tests that pass, and skips under its reason what cannot be tried', async () => {
    const { code, told } = await nodeTest({});
    expect(told).toContain('ok 2 - the permissions in its place carry it');
    expect(told).toContain('[not run: no `parent` was given] # SKIP');
    expect(told).toContain('without `read_project`, holding all else, it is refused');
    expect(told).toMatch(/# fail 0/);
    expect(code).toBe(0);
  });

  it('fails with the sentences of the check', async () => {
    const { code, told } = await nodeTest({ DESK_IS_BROKEN: 'yes' });
    expect(code).toBe(1);
    expect(told).toContain('names `read_project`, had no errors');
  });
});

describe('the kit under any other framework', () => {
  it('asks for `describe`, `it` and `it.skip` and nothing else', async () => {
    const made: { kind: string; name: string; run: () => Promise<void> }[] = [];
    const record = (kind: string) => (name: string, run: () => Promise<void>) =>
      void made.push({ kind, name, run });
    const framework = {
      describe: (name: string, tests: () => void): void => {
        made.push({ kind: 'describe', name, run: async () => {} });
        tests();
      },
      it: Object.assign(record('it'), { skip: record('skip') }),
    };
    describeGranularAccess(framework, 'removing a note', removing);
    expect(made.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      'describe removing a note',
      'it a coarse token carries it',
      'it the permissions in its place carry it',
      'it the permissions in a place above carry it',
      'it a token that holds nothing is refused',
      'it without `delete_note` it is refused, and told so',
      'it the permissions in another place show nothing of it',
      'skip the permissions in a place below show nothing of it [not run: no `below` was given]',
      'skip a list shows the items in its place and no others [not run: no `list` was given]',
      'it while granular tokens are switched off, only coarse ones carry it',
      'it nothing has happened when it is refused',
      'it what it does is seen where it is carried',
    ]);
    for (const { kind, run } of made) if (kind === 'it') await run();
  });
});

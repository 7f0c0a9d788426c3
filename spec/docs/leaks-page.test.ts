import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { parseRootKeys } from '../../packages/server/dist/rootkey.js';
import {
  command,
  type FakeApi,
  makeNewSite,
  type ServerProcess,
  startFakeApi,
  startProcess,
} from '../server/harness.ts';
import { readDocument } from './documents.ts';

/** docs/how-to/when-a-key-leaks.md, done on a fresh store: each command as it stands there, in order. */

const checkout = fileURLToPath(new URL('../../', import.meta.url));
const page = readDocument('docs/how-to/when-a-key-leaks.md');
const titles = page.text.split('\n');
/** Before whose commands the page says that the server has to be stopped. */
const STOPPED = ['## The root key', '## The admin credential'];
const PLACES = /tok_0OyB1hXWzXQ1ab2cd|cli_0VUw8pwwOdf0EyV1c|~\/ambit|http:\/\/127\.0\.0\.1:4000/g;

const made = async (site: string, ...words: string[]): Promise<Record<string, string>> =>
  JSON.parse((await command(site, [...words, '--name', 'leaked', '--scope', 'read', '--json'])).stdout);

// The commands are written for bash.
describe.skipIf(process.platform === 'win32')('every command of the page', () => {
  let api: FakeApi;
  let site: string;
  let server: ServerProcess | undefined;
  const answers = new Map<string, string>();
  let token: Record<string, string>;
  let client: Record<string, string>;

  const start = async (): Promise<ServerProcess> => {
    server ??= await startProcess(site);
    return server;
  };
  const stop = async (): Promise<void> => {
    await server?.stop('SIGTERM');
    server = undefined;
  };

  beforeAll(async () => {
    api = await startFakeApi();
    const words = 'scopes: { read: { description: read everything } }';
    site = await makeNewSite(api, `oauth: { issuer: "http://127.0.0.1:4000" }\n${words}`);
    await start();
    token = await made(site, 'token', 'create');
    client = await made(site, 'client', 'create');
    let before = '';
    for (const { language, text, line } of page.blocks) {
      if (language !== 'sh') continue;
      const title = titles.slice(0, line).findLast((one) => one.startsWith('## ')) ?? '';
      // What only looks can wait until the server runs again.
      const isStopped = STOPPED.includes(title) && !text.includes('audit list');
      if (isStopped) await stop();
      const places: Record<string, string> = {
        tok_0OyB1hXWzXQ1ab2cd: token['id'] ?? '',
        cli_0VUw8pwwOdf0EyV1c: client['id'] ?? '',
        '~/ambit': checkout,
        'http://127.0.0.1:4000': isStopped ? '' : (await start()).url,
      };
      const here = text.replace(PLACES, (own) => places[own] ?? own);
      // Saying what would end is no success, and the page goes on.
      const strict = here.includes('--yes') ? 'set -u' : 'set -eu';
      const script = `${strict}\n${before}\n${here}`;
      const { stdout } = await promisify(execFile)('bash', ['-c', script], { cwd: site, timeout: 60_000 });
      answers.set(text, `${answers.get(text) ?? ''}${stdout}`);
      // One shell: what was set above stays set.
      before += `\n${here
        .split('\n')
        .filter((one) => /^([A-Z_]+=|ambit-server\(\))/.test(one))
        .join('\n')}`;
    }
  }, 240_000);
  afterAll(async () => {
    await stop();
    await api.close();
  });

  const answerTo = (part: string): string =>
    [...answers]
      .filter(([text]) => text.includes(part))
      .map(([, answer]) => answer)
      .join('\n');

  test('revokes the token, and shows what was done to it', () => {
    expect(answerTo('token revoke')).toContain(`${token['id']} (leaked) is revoked`);
    expect(answerTo('audit list --token')).toMatch(
      /token\.revoked[\s\S]*found in a log[\s\S]*status +revoked/,
    );
  });

  test('withdraws the root key, and replaces what else leaked', () => {
    expect(answerTo('keys withdraw')).toMatch(/^1\n[\s\S]*The root key 1 is withdrawn for good/);
    expect(answerTo('keys rotate')).toContain('signs at once');
    expect(answerTo('by admin')).toContain(client['id']);
    const secret = JSON.parse(/^\{.*\}$/m.exec(answerTo('/secret'))?.[0] ?? '{}') as Record<string, string>;
    expect(secret).toMatchObject({ id: client['id'], secret: expect.stringMatching(/^ambs_/) });
    expect(secret['secret']).not.toBe(client['secret']);
    expect(answerTo('client disable')).toContain(client['id']);
    expect(answerTo('audit list --client')).toMatch(
      /client\.disabled[\s\S]*client\.changed[\s\S]*client\.created/,
    );
  });

  test('makes another root key behind the one in the variable', async () => {
    const [, line = ''] = /`(export AMBIT_ROOT_KEY=[^`]+)`/.exec(page.text.replaceAll('\n   ', ' ')) ?? [];
    const { stdout } = await promisify(execFile)('bash', ['-c', `${line}; printf %s "$AMBIT_ROOT_KEY"`], {
      cwd: join(site),
      env: { ...process.env, AMBIT_ROOT_KEY: `1:${Buffer.alloc(32, 1).toString('base64url')}` },
    });
    expect([...parseRootKeys(stdout, 'here').keys.keys()]).toEqual([1, 2]);
  });
});

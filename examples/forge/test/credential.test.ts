import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startForge } from '../src/index.ts';
import { type AskableForge, askableForge, credential } from './askForge.ts';

describe('the service credential', () => {
  let forge: AskableForge;
  beforeAll(async () => {
    forge = await askableForge();
  });
  afterAll(() => forge.close());

  const body = JSON.stringify({ query: '{ version }' });
  const post = (headers: Record<string, string>, url = forge.url) =>
    fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body });

  test('opens the API', async () => {
    const response = await post({ authorization: `Bearer ${credential}` });
    expect(await response.json()).toEqual({ data: { version: '1.0.0' } });
  });

  test.each([
    ['no header', undefined],
    ['a personal token of Ambit', 'Bearer ambp_4fK2mQ9xTz81LrVbNcYw3HsDpE6aGj70uXoRtIeMkPlSqWv5nZ'],
    ['another scheme', `Basic ${credential}`],
    ['the bare credential', credential],
    ['the beginning of it', `Bearer ${credential.slice(0, -1)}`],
    ['more than it', `Bearer ${credential}x`],
    ['another case', `Bearer ${credential.toUpperCase()}`],
    ['an empty one', 'Bearer '],
  ])('is not replaced by %s', async (_, authorization) => {
    const response = await post({
      'x-forge-subject': 'alice',
      ...(authorization === undefined ? {} : { authorization }),
    });
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe('Bearer');
    expect(await response.json()).toEqual({
      errors: [
        { message: expect.stringContaining('service credential'), extensions: { code: 'UNAUTHENTICATED' } },
      ],
    });
  });

  test.each(['/', '/health', '/graphql?query={version}'])('guards %s as well', async (path) => {
    expect((await fetch(new URL(path, forge.url))).status).toBe(401);
  });

  test('never starts empty', async () => {
    await expect(startForge({ port: 0, credential: '' })).rejects.toThrow('credential');
  });

  test('a taken port rejects with its code', async () => {
    const port = Number(new URL(forge.url).port);
    await expect(startForge({ port, credential })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });

  test('a closed forge answers nobody', async () => {
    const other = await askableForge();
    await other.close();
    await expect(post({ authorization: `Bearer ${credential}` }, other.url)).rejects.toThrow();
  });
});

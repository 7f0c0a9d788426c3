import { expect, test } from 'vitest';

import { createAddressOf } from '../../../packages/server/src/clientaddress.ts';
import { startOAuthSite } from './site.ts';

const SEARCH = 'tilores/query.search';
const SUBGRAPH = 'https://subgraph.example/graphql';

test('the limit of a server counts for access tokens, one for all that came of one', async () => {
  const limit = 'tokens: { rateLimit: { requests: 4, seconds: 3600 } }';
  const site = await startOAuthSite('memory', '', {}, undefined, limit);
  try {
    const ceiling = { scopes: [SEARCH] };
    const client = await site.client({
      name: 'App',
      grants: ['client_credentials', 'token_exchange'],
      ceiling,
    });
    const other = await site.client({ name: 'Other', grants: ['client_credentials'], ceiling });
    const tokenOf = async (who: typeof client, params: Record<string, string>): Promise<string> =>
      ((await (await site.token(who, { scope: SEARCH, ...params })).json()) as { access_token: string })
        .access_token;
    const plain = { grant_type: 'client_credentials' };
    const first = await tokenOf(client, plain);
    const exchanged = await tokenOf(client, {
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      subject_token: first,
      subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
    });
    // The exchange was a use, too.
    const ask = (token: string): Promise<Response> => site.ask(token, '{ search { id } }');
    const asked = await ask(first);
    expect([asked.status, asked.headers.get('ratelimit')]).toEqual([200, expect.stringContaining('r=2')]);
    expect((await ask(exchanged)).status).toBe(200);
    expect((await ask(await tokenOf(client, plain))).status).toBe(200);
    for (const token of [first, exchanged, await tokenOf(client, plain)])
      expect((await ask(token)).status).toBe(429);
    expect((await ask(await tokenOf(other, plain))).status).toBe(200);
  } finally {
    await site.close();
  }
});

test.each([
  ['of its own', '', { requests: 5, seconds: 3600 }],
  ['of the server', 'tokens: { rateLimit: { requests: 5, seconds: 3600 } }', undefined],
])(
  'what came of a personal token is counted with it, against a limit %s',
  async (_whose, besides, rateLimit) => {
    const site = await startOAuthSite(
      'memory',
      `, jwt: [{ resource: "${SUBGRAPH}" }]`,
      {},
      undefined,
      besides,
    );
    try {
      const ceiling = { scopes: [SEARCH] };
      const client = await site.client({ name: 'App', grants: ['token_exchange'], ceiling });
      const made = await site.admin('POST', '/api/tokens', { name: 'p', scopes: [SEARCH], rateLimit });
      const { id, token } = (await made.json()) as { id: string; token: string };
      const exchanged = async (
        subject: string,
        resource?: string,
      ): Promise<{ access_token: string; error?: string }> => {
        const answer = await site.token(client, {
          grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
          subject_token: subject,
          subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
          scope: SEARCH,
          ...(resource === undefined ? {} : { resource }),
        });
        return (await answer.json()) as { access_token: string };
      };
      const ask = async (bearer: string) => (await site.ask(bearer, '{ search { id } }')).status;
      // Each exchange is a use of it, too.
      const first = (await exchanged(token)).access_token;
      const second = (await exchanged(first)).access_token;
      expect([await ask(first), await ask(token), await ask(second)]).toEqual([200, 200, 200]);
      expect([await ask(first), await ask(token), await ask(second)]).toEqual([429, 429, 429]);
      for (const spent of [token, first, second])
        expect(await exchanged(spent)).toMatchObject({ error: 'invalid_request' });
      // Nor for a JWT, which nobody counts.
      expect(await exchanged(first, SUBGRAPH)).toMatchObject({ error: 'invalid_request' });
      // Nor does its successor begin a count of its own.
      const rotated = await site.admin('POST', `/api/tokens/${id}/rotate`, {});
      expect(await ask(((await rotated.json()) as { token: string }).token)).toBe(429);
    } finally {
      await site.close();
    }
  },
);

test('a server without OAuth says so where somebody asks for its clients', async () => {
  const { createApp } = await import('../../../packages/server/dist/app.js');
  const never = async (): Promise<never> => {
    throw new Error('not asked');
  };
  const app = createApp({
    authority: {} as never,
    gateway: never,
    isAdmin: () => true,
    ready: never,
    addressOf: createAddressOf([]),
    host: '127.0.0.1',
    log: { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined },
  });
  const answer = await app.request('http://127.0.0.1/api/clients', { method: 'POST' });
  expect([answer.status, await answer.json()]).toMatchObject([
    404,
    { error: { code: 'NOT_FOUND', message: 'This server has no `oauth` in its configuration.' } },
  ]);
});

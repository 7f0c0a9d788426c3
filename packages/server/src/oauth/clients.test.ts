import { type Ambit, createAmbit } from 'ambit';
import { expect, test } from 'vitest';

import { issueToken } from '../authority/issue.ts';
import { createClients } from './clients.ts';

/** What is said of grants that the API does not have, of a client and of a token. */

const ambit: Ambit = createAmbit({
  schema:
    'type Query { orders(shop: ID!): String @requiresPermissions(permissions: ["read_order"], boundaryType: "shop", boundaryArgument: "shop") }',
  boundaries: { shop: {} },
});
const checkGrants: Ambit['checkGrants'] = (grants) => ambit.checkGrants(grants);
// What is asked before anything is read or written.
const nothing = { store: undefined, feed: undefined } as unknown as Parameters<typeof createClients>[0];
const clients = createClients({ ...nothing, checkGrants, isDescribed: () => true });
const asked = (scopes: string[], permissions: string[], shop = 'shop') => ({
  scopes,
  granular: [{ permissions, boundary: { [shop]: 'acme' } }],
});

test('of a client each mistake is named with its place, and each suggestion says for which', async () => {
  const ceiling = asked(['api', 'aip', 'aip'], ['read_order', 'read_ordr'], 'shpo');
  await expect(
    clients.create({ name: 'reports', grants: ['client_credentials'], ceiling }, 'test'),
  ).rejects.toMatchObject({
    code: 'GRANTS_REFUSED',
    message: [
      '`ceiling.scopes.1`: no rule asks for the scope `aip`',
      '`ceiling.scopes.2`: no rule asks for the scope `aip`',
      '`ceiling.granular.0.boundary`: `shpo` is no kind of boundary of this API; known are shop, user, instance',
      '`ceiling.granular.0.permissions.1`: there is no permission `read_ordr` to grant',
    ].join('\n'),
    suggestion: [
      'For `ceiling.scopes.1`: did you mean `api`?',
      'For `ceiling.scopes.2`: did you mean `api`?',
      'For `ceiling.granular.0.boundary`: did you mean `shop`?',
      'For `ceiling.granular.0.permissions.1`: did you mean `read_order`?',
    ].join('\n'),
  });
});

test('of a token too, by the places that were sent, and one by itself as a name alone', async () => {
  const desk = { checkGrants, now: () => new Date(), policy: { defaultExpiry: 1, maxExpiry: 1 } };
  const issue = (grants: object): Promise<unknown> =>
    issueToken(desk as unknown as Parameters<typeof issueToken>[0], { name: 'a', ...grants }, 'test');
  await expect(issue(asked(['api', 'api', 'orders'], ['read_ordr']))).rejects.toMatchObject({
    message: expect.stringMatching(/^`scopes\.2`: .*\n`granular\.0\.permissions\.0`: /),
    suggestion: expect.stringMatching(
      /For `granular\.0\.permissions\.0`: did you mean `read_order`\?\nFor `scopes\.2`: did you mean `api:graphql:query:orders`\?$/,
    ),
  });
  await expect(issue(asked([], ['read_ordr']))).rejects.toMatchObject({
    message: '`granular.0.permissions.0`: there is no permission `read_ordr` to grant',
    suggestion: 'read_order',
  });
});

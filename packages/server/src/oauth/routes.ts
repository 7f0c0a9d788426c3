import { z } from 'zod';

import type { Guard } from '../api/guards.ts';
import { jsonOf, privateJson, type Route } from '../api/route.ts';
import { type ClientInput, ceilingRequestShape, clientRequestShape } from './client-request.ts';
import type { Clients } from './clients.ts';

const BY_ADMIN = 'admin';
const TAG = 'clients';
const ONE = { id: '$CLIENT_ID' };

const listedClient = z.object({
  id: z.string(),
  name: z.string(),
  grants: z.array(z.string()),
  redirectUris: z.array(z.string()),
  ceiling: z.object({ scopes: z.array(z.string()).optional(), granular: z.array(z.unknown()).optional() }),
  createdAt: z.string(),
  createdBy: z.string(),
  disabledAt: z.string().nullable(),
});
const shownClient = listedClient.extend({
  authentication: z.enum(['secret', 'key', 'none']),
  subject: z.string().nullable(),
  introspects: z.boolean(),
  dpop: z.boolean(),
  lastIssuedAt: z.string().nullable(),
});
const createdClient = listedClient.extend({ secret: z.string().optional() });

/** What the admin API does with OAuth clients. */
export function clientRoutes(clients: Clients, guards: readonly Guard[]): readonly Route[] {
  return [
    {
      method: 'POST',
      path: '/api/clients',
      guards,
      handle: async (c) => {
        const input = (await jsonOf(c.req.raw)) as ClientInput;
        return privateJson(c, await clients.create(input, BY_ADMIN), 201);
      },
      described: {
        tag: TAG,
        summary: 'Make a client. Its secret is in the answer and never again.',
        example: { body: { name: 'reports', grants: ['client_credentials'], ceiling: { scopes: ['read'] } } },
        body: clientRequestShape,
        answer: createdClient,
        status: 201,
        refusals: ['INPUT_INVALID', 'GRANTS_REFUSED', 'SCOPE_UNDESCRIBED'],
      },
    },
    {
      method: 'GET',
      path: '/api/clients',
      guards,
      handle: async (c) => privateJson(c, { clients: await clients.list() }),
      described: {
        tag: TAG,
        summary: 'List the clients, without their secrets.',
        example: {},
        answer: z.object({ clients: z.array(listedClient) }),
      },
    },
    {
      method: 'GET',
      path: '/api/clients/:id',
      guards,
      handle: async (c) => privateJson(c, await clients.show(c.req.param('id') ?? '')),
      described: {
        tag: TAG,
        summary: 'Show one client, by its id or by a name that no other in use has.',
        example: { params: ONE },
        answer: shownClient,
        refusals: ['CLIENT_UNKNOWN'],
      },
    },
    ...oneClient(clients, guards),
  ];
}

function oneClient(clients: Clients, guards: readonly Guard[]): readonly Route[] {
  return [
    {
      method: 'PATCH',
      path: '/api/clients/:id',
      guards,
      handle: async (c) => {
        const input = (await jsonOf(c.req.raw)) as Parameters<Clients['changeCeiling']>[1];
        return privateJson(c, await clients.changeCeiling(c.req.param('id') ?? '', input, BY_ADMIN));
      },
      described: {
        tag: TAG,
        summary: 'Change what a client may be given at most, for its tokens too, at once.',
        example: { params: ONE, body: { ceiling: { scopes: ['read'] } } },
        body: ceilingRequestShape,
        answer: listedClient,
        refusals: ['INPUT_INVALID', 'GRANTS_REFUSED', 'SCOPE_UNDESCRIBED', 'CLIENT_UNKNOWN'],
      },
    },
    {
      method: 'POST',
      path: '/api/clients/:id/secret',
      guards,
      handle: async (c) => privateJson(c, await clients.rotateSecret(c.req.param('id') ?? '', BY_ADMIN)),
      described: {
        tag: TAG,
        summary: 'Make a new secret; the one before ends.',
        example: { params: ONE },
        answer: createdClient,
        refusals: ['CLIENT_UNKNOWN', 'INPUT_INVALID'],
      },
    },
    {
      method: 'DELETE',
      path: '/api/clients/:id',
      guards,
      handle: async (c) => privateJson(c, await clients.disable(c.req.param('id') ?? '', BY_ADMIN)),
      described: {
        tag: TAG,
        summary: 'Disable a client. Every token of it ends.',
        example: { params: ONE },
        answer: listedClient,
        refusals: ['CLIENT_UNKNOWN'],
      },
    },
  ];
}

import { type Check, checksOf } from './check.ts';
import { SEARCH } from './clients.ts';
import { formOf, type Kit, later, outcome, type Params } from './kit.ts';

const INACTIVE = '{"active":false}';

/** Whether a token is shown to a client: `active`, or all that is said instead. */
async function shown(kit: Kit, client: Parameters<Kit['introspect']>[0], params: Params): Promise<string> {
  const text = await (await kit.introspect(client, params)).text();
  return text.includes('"active":true') ? 'active' : text;
}

const PLACE = '/oauth/introspect';

/** Introspection. */
export const INTROSPECTION: readonly Check[] = checksOf('7662', [
  [
    '2.1',
    'secret-wrong',
    'who cannot authenticate is told nothing',
    '401 invalid_client',
    'any secret',
    '200',
    async (kit) =>
      outcome(kit.introspect({ ...kit.clients.machine, secret: 'wrong' }, { token: await kit.owned() })),
  ],
  [
    '2.1',
    'secret-missing',
    'nor is who only gives a name',
    '401 invalid_client',
    'any way to authenticate',
    '200',
    async (kit) => outcome(kit.introspect({ id: kit.clients.machine.id }, { token: await kit.owned() })),
  ],
  [
    '2.1',
    'public',
    'a client without a secret is told that its own token is none',
    INACTIVE,
    'introspection by anybody',
    'active',
    async (kit) => {
      const { access_token: token } = await kit.tokens({}, kit.clients.page);
      return shown(kit, kit.clients.page, { token });
    },
  ],
  [
    '4',
    'of-another',
    'a client is told that a token of another client is none',
    INACTIVE,
    'introspection by anybody',
    'active',
    async (kit) => shown(kit, kit.clients.small, { token: await kit.owned() }),
  ],
  [
    '4',
    'refresh-of-another',
    'and a refresh token of another client, too',
    INACTIVE,
    'introspection by anybody',
    'active',
    async (kit) => shown(kit, kit.clients.rival, { token: (await kit.tokens()).refresh_token }),
  ],
  [
    '2.2',
    'unknown',
    'of a token that never was nothing is said but that',
    INACTIVE,
    'introspection gives reasons',
    '{"active":false,"reason":"unknown"}',
    (kit) => shown(kit, kit.clients.resource, { token: 'ambo_x' }),
  ],
  [
    '2.2',
    'revoked',
    'a token that was revoked is shown as none',
    INACTIVE,
    'revocation ends nothing',
    'active',
    async (kit) => {
      const token = await kit.owned();
      await kit.revoke(kit.clients.machine, { token });
      return shown(kit, kit.clients.resource, { token });
    },
  ],
  [
    '2.2',
    'expired',
    'a token that is over is shown as none',
    INACTIVE,
    'tokens last for ever',
    'active',
    async (kit) => {
      const token = await kit.owned();
      return later(3_601, () => shown(kit, kit.clients.resource, { token }));
    },
  ],
  [
    '2.2',
    'client-disabled',
    'a token of a client that was disabled is shown as none',
    INACTIVE,
    'tokens of disabled clients',
    'active',
    async (kit) => {
      const client = await kit.site.client({
        name: 'c',
        grants: ['client_credentials'],
        ceiling: { scopes: [SEARCH] },
      });
      const token = await kit.owned({}, client);
      await kit.site.admin('DELETE', `/api/clients/${client.id}`);
      return shown(kit, kit.clients.resource, { token });
    },
  ],
  [
    '2.1',
    'token-in-address',
    'a token in the address is not read',
    '400 invalid_request',
    'parameters in the address',
    '200',
    async (kit) =>
      outcome(kit.post(`${PLACE}?${formOf({ token: await kit.owned() })}`, kit.clients.machine, {})),
  ],
  [
    '2.1',
    'twice',
    'a parameter that comes twice is refused',
    '400 invalid_request',
    'parameters may come twice',
    '200',
    async (kit) => outcome(kit.introspect(kit.clients.machine, { token: [await kit.owned(), 'x'] })),
  ],
  [
    '2.1',
    'structured',
    'a JWT, which no token of this server is, is said to be of no type of it',
    '400 unsupported_token_type',
    'structured tokens',
    '200',
    (kit) => outcome(kit.introspect(kit.clients.machine, { token: 'eyJhbGciOiJub25lIn0.e30.' })),
  ],
  [
    '4',
    'cached',
    'what is said stays in no cache',
    'no-store',
    'answers may be cached',
    'none',
    async (kit) =>
      (await kit.introspect(kit.clients.machine, { token: 'x' })).headers.get('cache-control') ?? 'none',
  ],
  ['2.1', 'get', 'introspection does not take GET', '404', 'GET like POST', '200', (kit) => kit.got(PLACE)],
]);

import { type Check, checksOf, type Row } from './check.ts';
import { BACK, type Client, FIELD, OTHER, SEARCH } from './clients.ts';
import { formOf, type Issued, later, outcome } from './kit.ts';

const OWN = { grant_type: 'client_credentials', scope: SEARCH };

const CLIENTS: readonly Row[] = [
  [
    '2.3.1',
    'secret-wrong',
    'a client with a wrong secret gets nothing',
    '401 invalid_client',
    'any secret',
    '200',
    (kit) => outcome(kit.token({ ...kit.clients.machine, secret: 'wrong' }, OWN)),
  ],
  [
    '2.3.1',
    'secret-of-another',
    'nor one with the secret of another client',
    '401 invalid_client',
    'any secret',
    '200',
    (kit) => outcome(kit.token({ ...kit.clients.small, id: kit.clients.machine.id }, OWN)),
  ],
  [
    '2.3.1',
    'secret-rotated',
    'nor one with the secret that it had before',
    '401 invalid_client',
    'any secret',
    '200',
    async (kit) => {
      const client: Client = await kit.site.client({
        name: 'c',
        grants: ['client_credentials'],
        ceiling: { scopes: [SEARCH] },
      });
      await kit.site.admin('POST', `/api/clients/${client.id}/secret`);
      return outcome(kit.own({}, client));
    },
  ],
  [
    '2.3',
    'secret-missing',
    'nor one that only gives its name',
    '401 invalid_client',
    'any way to authenticate',
    '200',
    (kit) => outcome(kit.token({ id: kit.clients.machine.id }, OWN)),
  ],
  [
    '2.3',
    'secret-and-secret',
    'a client that authenticates in two ways is refused',
    '400 invalid_request',
    'two authentications of one client',
    '200',
    (kit) =>
      outcome(
        kit.token(kit.clients.machine, {
          ...OWN,
          client_id: kit.clients.machine.id,
          client_secret: kit.clients.machine.secret,
        }),
      ),
  ],
  [
    '2.3.1',
    'secret-in-address',
    'a secret in the address is not read',
    '400 invalid_request',
    'parameters in the address',
    '200',
    ({ site, clients: { machine } }) =>
      outcome(
        fetch(
          `${site.issuer}/oauth/token?${formOf({ client_id: machine.id, client_secret: machine.secret })}`,
          { method: 'POST', body: formOf(OWN) },
        ),
      ),
  ],
  [
    '2.3.1',
    'name-and-name',
    'a client that gives two names is refused',
    '400 invalid_request',
    'two names of one client',
    '200',
    (kit) => outcome(kit.token(kit.clients.machine, { ...OWN, client_id: kit.clients.small.id })),
  ],
  [
    '2.3',
    'client-disabled',
    'a client that was disabled is nobody',
    '401 invalid_client',
    'disabled clients',
    '200',
    async (kit) => {
      const client: Client = await kit.site.client({
        name: 'c',
        grants: ['client_credentials'],
        ceiling: { scopes: [SEARCH] },
      });
      await kit.site.admin('DELETE', `/api/clients/${client.id}`);
      return outcome(kit.own({}, client));
    },
  ],
  [
    '2.3',
    'client-disabled-token',
    'and so are the tokens that it has',
    '401',
    'tokens of disabled clients',
    '200',
    async (kit) => {
      const client: Client = await kit.site.client({
        name: 'c',
        grants: ['client_credentials'],
        ceiling: { scopes: [SEARCH] },
      });
      const token = await kit.owned({}, client);
      await kit.site.admin('DELETE', `/api/clients/${client.id}`);
      return kit.asks(token);
    },
  ],
];

const CODES: readonly Row[] = [
  [
    '4.1.3',
    'code-of-another',
    'a code of another client is not redeemed',
    '400 invalid_grant',
    'codes of any client',
    '200',
    async (kit) => outcome(kit.redeem(await kit.coded(), {}, kit.clients.rival)),
  ],
  [
    '4.1.2',
    'code-expired',
    'a code of more than a minute ago is not redeemed',
    '400 invalid_grant',
    'codes do not expire',
    '200',
    async (kit) => {
      const coded = await kit.coded();
      return later(61, () => outcome(kit.redeem(coded)));
    },
  ],
  [
    '4.1.3',
    'redirect-other',
    'a code is not redeemed with another address than it was sent to',
    '400 invalid_grant',
    'redirect address not compared with the code',
    '200',
    async (kit) => outcome(kit.redeem(await kit.coded(), { redirect_uri: `${BACK}/` })),
  ],
  [
    '4.1.3',
    'redirect-missing',
    'nor without that address',
    '400 invalid_request',
    'redirect address not compared with the code',
    '200',
    async (kit) => outcome(kit.redeem(await kit.coded(), { redirect_uri: undefined })),
  ],
];

const TOKENS: readonly Row[] = [
  [
    '5.2',
    'grant-not-allowed',
    'a client uses no grant that it was not given',
    '400 invalid_request',
    'any grant for any client',
    '200',
    (kit) => outcome(kit.own({}, kit.clients.app)),
  ],
  [
    '3.3',
    'scope-beyond',
    'a scope beyond the ceiling of a client is left out',
    SEARCH,
    'no ceiling',
    `${SEARCH} ${OTHER}`,
    async (kit) =>
      ((await (await kit.own({ scope: `${SEARCH} ${OTHER}` })).json()) as Issued).scope ?? 'none',
  ],
  [
    '3.3',
    'scope-beyond-alone',
    'asked for alone, it is refused',
    '400 invalid_scope',
    'no ceiling',
    '200',
    (kit) => outcome(kit.own({ scope: OTHER })),
  ],
  [
    '3.3',
    'scope-beyond-authorize',
    'and no person is asked for it',
    'invalid_scope',
    'no ceiling',
    'asked',
    (kit) => kit.authorize({ scope: OTHER }),
  ],
  [
    '3.3',
    'scope-missing',
    'who asks for nothing gets nothing',
    '400 invalid_scope',
    'nothing may be asked',
    '200',
    (kit) => outcome(kit.own({ scope: undefined })),
  ],
  [
    '6',
    'scope-refreshed',
    'a refresh token gives no scope that it was not given for',
    '400 invalid_scope',
    'refresh for more scopes',
    '200',
    async (kit) => outcome(kit.refresh((await kit.tokens()).refresh_token, { scope: `${SEARCH} ${FIELD}` })),
  ],
  [
    '6',
    'refresh-expired',
    'a refresh token that is older than it may become gives nothing',
    '400 invalid_grant',
    'tokens last for ever',
    '200',
    async (kit) => {
      const { refresh_token: token } = await kit.tokens();
      return later(86_401, () => outcome(kit.refresh(token)));
    },
  ],
  [
    '3.2',
    'twice-scope',
    'a parameter that comes twice is refused',
    '400 invalid_request',
    'parameters may come twice',
    '200',
    (kit) => outcome(kit.own({ scope: [SEARCH, FIELD] })),
  ],
  [
    '3.2',
    'twice-name',
    'the name of a client, too',
    '400 invalid_request',
    'parameters may come twice',
    '200',
    ({ site, clients: { machine, small } }) =>
      outcome(
        fetch(`${site.issuer}/oauth/token`, {
          method: 'POST',
          body: formOf({
            ...OWN,
            client_id: [machine.id, small.id],
            client_secret: machine.secret,
          }),
        }),
      ),
  ],
  [
    '3.1',
    'twice-authorize',
    'a request with two scopes is refused',
    'invalid_request',
    'parameters may come twice',
    'asked',
    (kit) => kit.authorize({ scope: [SEARCH, FIELD] }),
  ],
  [
    '3.2',
    'get',
    'the token endpoint does not take GET',
    '404',
    'GET like POST',
    '200',
    ({ site, clients: { machine } }) =>
      outcome(
        fetch(
          `${site.issuer}/oauth/token?${formOf({ ...OWN, client_id: machine.id, client_secret: machine.secret })}`,
        ),
      ),
  ],
  [
    '5.1',
    'cached',
    'a token stays in no cache',
    'no-store',
    'answers may be cached',
    'none',
    async (kit) => (await kit.own()).headers.get('cache-control') ?? 'none',
  ],
  [
    '5.2',
    'cached-error',
    'nor does an error',
    'no-store',
    'answers may be cached',
    'none',
    async (kit) => (await kit.own({ scope: OTHER })).headers.get('cache-control') ?? 'none',
  ],
  [
    '4.1',
    'token-expired',
    'an access token of more than an hour ago is worth nothing',
    '401',
    'tokens last for ever',
    '200',
    async (kit) => {
      const token = await kit.owned();
      return later(3_601, () => kit.asks(token));
    },
  ],
];

/** The framework. */
export const FRAMEWORK: readonly Check[] = checksOf('6749', [...CLIENTS, ...CODES, ...TOKENS]);

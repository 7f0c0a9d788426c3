import { type Check, checksOf } from './check.ts';
import { formOf, type Kit, outcome } from './kit.ts';

/** Has a client end a token of `machine`; what it is told, and what a query with the token is answered then. */
async function revoked(kit: Kit, client: Parameters<Kit['revoke']>[0]): Promise<string> {
  const token = await kit.owned();
  const said = await outcome(kit.revoke(client, { token }));
  return `${said}, then ${await kit.asks(token)}`;
}

/** Revocation. */
export const REVOCATION: readonly Check[] = checksOf('7009', [
  [
    '2.1',
    'secret-wrong',
    'who cannot authenticate ends nothing',
    '401 invalid_client, then 200',
    'any secret',
    '200, then 401',
    (kit) => revoked(kit, { ...kit.clients.machine, secret: 'wrong' }),
  ],
  [
    '2.1',
    'secret-missing',
    'nor does who only gives a name',
    '401 invalid_client, then 200',
    'any way to authenticate',
    '200, then 401',
    (kit) => revoked(kit, { id: kit.clients.machine.id }),
  ],
  [
    '2.1',
    'of-another',
    'a client does not end a token of another client',
    '400 invalid_request, then 200',
    'revocation by anybody',
    '200, then 401',
    (kit) => revoked(kit, kit.clients.small),
  ],
  [
    '2.1',
    'of-another-public',
    'nor does a client without a secret, which is not told whether there was one',
    '200, then 200',
    'revocation by anybody',
    '200, then 401',
    (kit) => revoked(kit, kit.clients.page),
  ],
  [
    '2.1',
    'hint-wrong',
    'a wrong hint does not keep a token alive',
    '401',
    'revocation believes the hint',
    '200',
    async (kit) => {
      const token = await kit.owned();
      await kit.revoke(kit.clients.machine, { token, token_type_hint: 'refresh_token' });
      return kit.asks(token);
    },
  ],
  [
    '2.1',
    'refresh-ends-access',
    'with a refresh token the access tokens of its grant end',
    '401',
    'revocation ends one token alone',
    '200',
    async (kit) => {
      const { access_token: token, refresh_token: refresh } = await kit.tokens();
      await kit.revoke(kit.clients.app, { token: refresh });
      return kit.asks(token);
    },
  ],
  [
    '2',
    'refresh-ends',
    'a refresh token that was revoked is not used',
    '400 invalid_grant',
    'revocation ends nothing',
    '200',
    async (kit) => {
      const { refresh_token: token } = await kit.tokens();
      await kit.revoke(kit.clients.app, { token });
      return outcome(kit.refresh(token));
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
      outcome(kit.post(`/oauth/revoke?${formOf({ token: await kit.owned() })}`, kit.clients.machine, {})),
  ],
  [
    '2.2.1',
    'structured',
    'a JWT, which cannot be revoked, is said to be of no type of this server',
    '400 unsupported_token_type',
    'structured tokens',
    '200',
    (kit) => outcome(kit.revoke(kit.clients.machine, { token: 'eyJhbGciOiJub25lIn0.e30.' })),
  ],
  [
    '2',
    'get',
    'revocation does not take GET',
    '404',
    'GET like POST',
    '200',
    (kit) => kit.got('/oauth/revoke'),
  ],
]);

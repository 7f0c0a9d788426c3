import { Browser } from '../browser.ts';
import { type Check, checksOf } from './check.ts';
import { BACK, type Client, FIELD, SEARCH } from './clients.ts';
import { challengeOf, type Kit, later, outcome, type Params } from './kit.ts';

const VERIFIER = 'v'.repeat(43);

function request(client: Client, more: Params = {}): Params {
  return {
    client_id: client.id,
    response_type: 'code',
    redirect_uri: BACK,
    scope: SEARCH,
    state: 's',
    code_challenge: challengeOf(VERIFIER),
    code_challenge_method: 'S256',
    ...more,
  };
}

const push = (kit: Kit, params: Params, client: Client | undefined = kit.clients.app): Promise<Response> =>
  kit.post('/oauth/par', client, params);

/** Pushes a request of the client `app`; gives the address at which a browser goes on. */
async function pushed(kit: Kit, client: Client = kit.clients.app): Promise<string> {
  const { request_uri: uri } = (await (await push(kit, request(kit.clients.app))).json()) as {
    request_uri: string;
  };
  return `${kit.site.issuer}/oauth/authorize?client_id=${client.id}&request_uri=${encodeURIComponent(uri)}`;
}

/** What a browser sees that comes with a request address: `asked`, or the error, wherever it is said. */
async function arrival(address: string): Promise<string> {
  const { url, answer } = await new Browser().follow(address);
  const said = new URL(url).searchParams.get('error');
  if (said !== null) return said;
  if (new URL(url).pathname === '/sign-in') return 'asked';
  return /\b(invalid_\w+)[:.]/.exec(await answer.text())?.[1] ?? `page ${answer.status}`;
}

/** Pushed authorization requests. */
export const PUSHED: readonly Check[] = checksOf('9126', [
  [
    '2.1',
    'secret-wrong',
    'who cannot authenticate pushes nothing',
    '401 invalid_client',
    'any secret',
    '201',
    (kit) => outcome(push(kit, request(kit.clients.app), { ...kit.clients.app, secret: 'wrong' })),
  ],
  [
    '2.1',
    'secret-missing',
    'nor does who only gives a name',
    '401 invalid_client',
    'any way to authenticate',
    '201',
    (kit) => outcome(push(kit, request(kit.clients.app), { id: kit.clients.app.id })),
  ],
  [
    '2.1',
    'other-client',
    'a client pushes no request of another client',
    '400 invalid_request',
    'two names of one client',
    'not refused for that',
    async (kit) => {
      const said = await outcome(push(kit, request(kit.clients.rival)));
      return said === '400 invalid_request' ? said : 'not refused for that';
    },
  ],
  [
    '2.1',
    'redirect',
    'an address that is not registered is refused when it is pushed',
    '400 invalid_request',
    'any redirect address',
    '201',
    (kit) => outcome(push(kit, request(kit.clients.app, { redirect_uri: 'https://evil.test/' }))),
  ],
  [
    '2.1',
    'request-address',
    'a request address is not pushed',
    '400 request_uri_not_supported',
    'request addresses from anywhere',
    '201',
    (kit) => outcome(push(kit, request(kit.clients.app, { request_uri: 'https://evil.test/' }))),
  ],
  [
    '2.1',
    'scope-beyond',
    'a scope beyond the ceiling is refused when it is pushed',
    '400 invalid_scope',
    'no ceiling',
    '201',
    (kit) => outcome(push(kit, request(kit.clients.app, { scope: 'tilores/record.other' }))),
  ],
  [
    '2.1',
    'twice',
    'a parameter that comes twice is refused',
    '400 invalid_request',
    'parameters may come twice',
    '201',
    (kit) => outcome(push(kit, request(kit.clients.app, { scope: [SEARCH, FIELD] }))),
  ],
  [
    '7.3',
    'used',
    'a request address gives one code',
    'invalid_request_uri',
    'request addresses are not used up',
    'asked',
    async (kit) => {
      const address = await pushed(kit);
      await kit.allowed(address);
      return arrival(address);
    },
  ],
  [
    '2.2',
    'expired',
    'a request address of more than a minute ago is refused',
    'invalid_request_uri',
    'request addresses do not expire',
    'asked',
    async (kit) => {
      const address = await pushed(kit);
      return later(61, () => arrival(address));
    },
  ],
  [
    '4',
    'other-client-uses',
    'a request address of another client is refused',
    'invalid_request_object',
    'request addresses of any client',
    'asked',
    async (kit) => arrival(await pushed(kit, kit.clients.rival)),
  ],
  [
    '4',
    'parameters-beside',
    'what stands beside a request address counts for nothing',
    SEARCH,
    'parameters beside a request address',
    FIELD,
    async (kit) => {
      const back = await kit.allowed(`${await pushed(kit)}&scope=${encodeURIComponent(FIELD)}`);
      const issued = await kit.redeemed({
        back,
        code: back.searchParams.get('code') ?? '',
        verifier: VERIFIER,
      });
      return issued.scope ?? 'none';
    },
  ],
  [
    '5',
    'request-object',
    'a request object, which is not supported, is refused',
    'request_not_supported',
    'request objects from anywhere',
    'invalid_request_object',
    (kit) => arrival(kit.begin({ request: 'eyJhbGciOiJub25lIn0.e30.' })),
  ],
  [
    '7.1',
    'guessed',
    'a request address that nobody was given is refused',
    'invalid_request_uri',
    { none: 'there is no request that could be shown' },
    '',
    (kit) =>
      arrival(
        `${kit.site.issuer}/oauth/authorize?client_id=${kit.clients.app.id}&request_uri=${encodeURIComponent('urn:ietf:params:oauth:request_uri:guess')}`,
      ),
  ],
]);

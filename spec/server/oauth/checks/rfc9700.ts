import { Browser } from '../browser.ts';
import { type Check, checksOf, type Row } from './check.ts';
import { BACK, type Client, LOOPBACK, SEARCH } from './clients.ts';
import { type Kit, outcome, type Params } from './kit.ts';
import { PAGES } from './rfc9700-pages.ts';

// With `prompt=none` a client whose address is believed is answered at once, whoever is there.
const silent = (params: Params, client?: (kit: Kit) => Client) => (kit: Kit) =>
  kit.authorize({ prompt: 'none', ...params }, client?.(kit));

const NOT_SENT = 'page 400';
const SENT = 'login_required';

function redirect(name: string, says: string, address: string, client?: (kit: Kit) => Client): Row {
  const attack = silent({ redirect_uri: address }, client);
  return ['4.1.3', `redirect-${name}`, says, NOT_SENT, 'any redirect address', SENT, attack];
}

const native = (kit: Kit): Client => kit.clients.native;

const REDIRECTS: readonly Row[] = [
  redirect('slash', 'nobody is sent to the registered address with a slash behind it', `${BACK}/`),
  redirect('query', 'nor to it with a query', `${BACK}?a=1`),
  redirect('case', 'nor to its path in another case', 'https://app.test/Back'),
  redirect('port', 'nor to another port of its host', 'https://app.test:8443/back'),
  redirect('default-port', 'nor to it with the port written out', 'https://app.test:443/back'),
  redirect('scheme', 'nor to it without TLS', 'http://app.test/back'),
  redirect('subdomain', 'nor to a host below its host', 'https://evil.app.test/back'),
  redirect('suffix', 'nor to a host that begins like its host', 'https://app.test.evil.test/back'),
  redirect('user', 'nor to another host that has its host as a user', 'https://app.test@evil.test/back'),
  redirect('climbing', 'nor to a path that climbs to it', 'https://app.test/x/../back'),
  redirect('encoded', 'nor to its path in percent signs', 'https://app.test/%62ack'),
  redirect('fragment', 'nor to it with a fragment', `${BACK}#a`),
  redirect('elsewhere', 'nor to a host that nobody registered', 'https://evil.test/'),
  redirect('script', 'nor to a script', 'javascript:alert(1)//'),
  redirect(
    'loopback-name',
    'a program on the machine is not answered at another name of the machine',
    'http://localhost:4711/back',
    native,
  ),
  redirect(
    'loopback-path',
    'nor at another path of it, though its port may be any',
    'http://127.0.0.1:4711/other',
    native,
  ),
  redirect(
    'loopback-elsewhere',
    'nor at a host that begins like the machine',
    `${LOOPBACK.replace('127.0.0.1', '127.0.0.1.evil.test')}`,
    native,
  ),
];

/** What was allowed, and then the same code again, and what is left of what it gave. */
async function replayed(
  kit: Kit,
): Promise<{ readonly again: string; readonly access: string; readonly refresh: string }> {
  const coded = await kit.coded();
  const first = await kit.redeemed(coded);
  const again = await outcome(kit.redeem(coded));
  return {
    again,
    access: await kit.asks(first.access_token),
    refresh: await outcome(kit.refresh(first.refresh_token)),
  };
}

async function reused(
  kit: Kit,
): Promise<{ readonly again: string; readonly access: string; readonly refresh: string }> {
  const first = await kit.tokens();
  const second = (await (await kit.refresh(first.refresh_token)).json()) as typeof first;
  const again = await outcome(kit.refresh(first.refresh_token));
  return {
    again,
    access: await kit.asks(second.access_token),
    refresh: await outcome(kit.refresh(second.refresh_token)),
  };
}

const TAKEN: readonly Row[] = [
  [
    '4.5',
    'code-twice',
    'a code that was redeemed is not redeemed again',
    '400 invalid_grant',
    'codes are not used up',
    '200',
    async (kit) => (await replayed(kit)).again,
  ],
  [
    '4.5',
    'code-twice-ends-access',
    'a code that comes twice takes back the access token that it gave',
    '401',
    'a code used twice takes nothing back',
    '200',
    async (kit) => (await replayed(kit)).access,
  ],
  [
    '4.5',
    'code-twice-ends-refresh',
    'and the refresh token',
    '400 invalid_grant',
    'a code used twice takes nothing back',
    '200',
    async (kit) => (await replayed(kit)).refresh,
  ],
  [
    '4.14.2',
    'refresh-twice',
    'a refresh token that was used is not used again',
    '400 invalid_grant',
    'refresh tokens are not used up',
    '200',
    async (kit) => (await reused(kit)).again,
  ],
  [
    '4.14.2',
    'refresh-twice-ends-access',
    'a refresh token that comes twice ends the newest access token',
    '401',
    'a refresh token used twice takes nothing back',
    '200',
    async (kit) => (await reused(kit)).access,
  ],
  [
    '4.14.2',
    'refresh-twice-ends-refresh',
    'and the newest refresh token',
    '400 invalid_grant',
    'a refresh token used twice takes nothing back',
    '200',
    async (kit) => (await reused(kit)).refresh,
  ],
  [
    '4.14.2',
    'refresh-rotates',
    'a refresh token does not come back out of its own use',
    'another',
    'refresh tokens are not rotated',
    'the same',
    async (kit) => {
      const { refresh_token: token } = await kit.tokens({}, kit.clients.page);
      const { refresh_token: next } = (await (await kit.refresh(token, {}, kit.clients.page)).json()) as {
        refresh_token: string;
      };
      return next === token ? 'the same' : 'another';
    },
  ],
  [
    '4.14.2',
    'refresh-client',
    'a refresh token of another client is refused',
    '400 invalid_grant',
    'refresh tokens of any client',
    '200',
    async (kit) => outcome(kit.refresh((await kit.tokens()).refresh_token, {}, kit.clients.rival)),
  ],
];

const typed = (name: string, type: string): Row => [
  '2.1.2',
  name,
  `the response type ${type} does not exist`,
  'unsupported_response_type',
  'any response type',
  'otherwise',
  async (kit) => {
    const said = await kit.authorize({ response_type: type, nonce: 'n' });
    return said === 'unsupported_response_type' ? said : 'otherwise';
  },
];

const FLOWS: readonly Row[] = [
  typed('implicit', 'token'),
  typed('implicit-id-token', 'id_token'),
  typed('hybrid', 'code token'),
  [
    '2.4',
    'password',
    'there is no grant of passwords',
    '400 unsupported_grant_type',
    'any name of a grant',
    '400 invalid_request',
    (kit) =>
      outcome(kit.token(kit.clients.app, { grant_type: 'password', username: 'alice', password: 'x' })),
  ],
  [
    '2.1',
    'redirect-left-out',
    'a request without its address is refused, though only one is registered',
    NOT_SENT,
    'redirect address may be left out',
    'asked',
    (kit) => kit.authorize({ redirect_uri: undefined }),
  ],
  [
    '4.7.1',
    'state-kept',
    'the state comes back as it was, with a code',
    's',
    'state is dropped',
    'none',
    async (kit) => (await kit.coded()).back.searchParams.get('state') ?? 'none',
  ],
  [
    '4.7.1',
    'state-kept-error',
    'and with an error',
    's',
    'state is dropped',
    'none',
    async (kit) =>
      new URL((await new Browser().follow(kit.begin({ prompt: 'none' }))).url).searchParams.get('state') ??
      'none',
  ],
  [
    '4.7.1',
    'state-twice',
    'a request with two states is refused',
    'invalid_request',
    'parameters may come twice',
    'asked',
    (kit) => kit.authorize({ state: ['a', 'b'] }),
  ],
  [
    '2.6',
    'origins',
    'a page of another origin does not get to read what the token endpoint answers',
    '400 invalid_request',
    'pages of other origins',
    '200',
    (kit) =>
      outcome(
        kit.token(
          kit.clients.machine,
          { grant_type: 'client_credentials', scope: SEARCH },
          { origin: 'https://evil.test' },
        ),
      ),
  ],
];

/** Best Current Practice for OAuth 2.0 Security. */
export const PRACTICE: readonly Check[] = checksOf('9700', [...REDIRECTS, ...TAKEN, ...FLOWS, ...PAGES]);

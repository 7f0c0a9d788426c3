import type { Adapter, Client, Configuration, KoaContextWithOIDC } from 'oidc-provider';

import type { AddressOf } from '../clientaddress.ts';
import type { OAuthConfig } from './config.ts';
import { DETAIL_TYPE, readDetail } from './details.ts';
import { deviceFlowOf, renderError } from './device.ts';
import type { DeviceDoor, FindPerson } from './device-door.ts';
import { DPOP_ALGORITHMS } from './dpop.ts';
import type { AroundGrant } from './grants.ts';
import type { OAuthKeys } from './keys.ts';
import { InvalidRequest } from './library.ts';
import { ceilingOf, type LimitParts, type Limits, mayIntrospect } from './limits.ts';
import { PATHS } from './paths.ts';
import { SESSION_COOKIE } from './session.ts';

type SigningAlgorithms = NonNullable<NonNullable<Configuration['enabledJWA']>['dPoPSigningAlgValues']>;

type Customizer = NonNullable<NonNullable<NonNullable<Configuration['formats']>['customizers']>['jwt']>;

interface ForResource {
  readonly resourceServer?: { readonly accessTokenTTL?: number | undefined } | undefined;
}

const DAY_SECONDS = 86_400;
const CODE_SECONDS = 60;
const INTERACTION_SECONDS = 600;
const SESSION_SECONDS = 12 * 3_600;

export interface ConfigurationParts {
  readonly config: OAuthConfig;
  readonly keys: OAuthKeys;
  readonly limits: Limits;
  readonly limitParts: LimitParts;
  readonly adapter: (model: string) => Adapter;
  readonly door: DeviceDoor;
  readonly findPerson: FindPerson;
  readonly addressOf: AddressOf;
  readonly around: AroundGrant;
}

/** What the authorization server does, and what of it is switched off: the whole configuration of the library. */
export function configurationOf(parts: ConfigurationParts): Configuration {
  const { config, keys, adapter } = parts;
  const isSecure = config.issuer.startsWith('https:');
  const cookie = { signed: true, httpOnly: true, sameSite: 'lax', secure: isSecure, path: '/' } as const;
  return {
    adapter,
    jwks: { keys: keys.signing.map(({ signsFrom: _ours, ...key }) => ({ ...key })) },
    formats: { customizers: { jwt: nameSubject } },
    cookies: {
      keys: [...keys.cookies],
      names: { session: SESSION_COOKIE, interaction: 'ambit_asked', resume: 'ambit_resumed' },
      long: cookie,
      short: { signed: true, httpOnly: true, sameSite: 'lax', secure: isSecure },
    },
    responseTypes: ['code'],
    scopes: [],
    claims: {},
    subjectTypes: ['public'],
    clientAuthMethods: ['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'none'],
    clientDefaults: { grant_types: [], response_types: [], id_token_signed_response_alg: 'ES256' },
    extraClientMetadata: { properties: ['ambit'] },
    enabledJWA: {
      idTokenSigningAlgValues: ['ES256'],
      clientAuthSigningAlgValues: [...DPOP_ALGORITHMS] as SigningAlgorithms,
      dPoPSigningAlgValues: [...DPOP_ALGORITHMS] as SigningAlgorithms,
    },
    clockTolerance: 5,
    allowOmittingSingleRegisteredRedirectUri: false,
    clientBasedCORS: () => false,
    pkce: { required: () => true },
    routes: PATHS,
    interactions: { url: (_ctx, interaction) => `/oauth/interaction/${interaction.uid}` },
    features: featuresOf(parts),
    ...lives(config),
    renderError,
    findAccount: (_ctx, accountId) => ({ accountId, claims: async () => ({ sub: accountId }) }),
    // What was granted once is asked again: a grant is what was ticked on one page, never what grew over the years.
    loadExistingGrant: async (ctx) => {
      const grantId = ctx.oidc.result?.consent?.grantId;
      return grantId === undefined ? undefined : ctx.oidc.provider.Grant.find(grantId);
    },
    expiresWithSession: async () => false,
    issueRefreshToken: async (_ctx, client) => client.grantTypeAllowed('refresh_token'),
    rotateRefreshToken: true,
  };
}

// RFC 9068, section 2.2: whom the token acts as; the client itself where it acts as nobody. What came of another token
// acts as that one does, whoever exchanged it.
const nameSubject: Customizer = async (ctx, token, { payload }) => {
  const { client } = ctx.oidc;
  const subject = client === undefined ? undefined : ceilingOf(client).subject;
  if (token.kind === 'ClientCredentials' && subject !== undefined) payload['sub'] = subject;
};

function lives({ accessTokenSeconds, refreshTokenDays }: OAuthConfig): Pick<Configuration, 'ttl'> {
  const refresh = refreshTokenDays * DAY_SECONDS;
  // The resource says how long its tokens live; one that is for none lives no longer than any other.
  const ofToken = (_ctx: unknown, { resourceServer }: ForResource): number =>
    resourceServer?.accessTokenTTL ?? accessTokenSeconds;
  return {
    ttl: {
      AccessToken: ofToken,
      ClientCredentials: ofToken,
      AuthorizationCode: CODE_SECONDS,
      DeviceCode: INTERACTION_SECONDS,
      Interaction: INTERACTION_SECONDS,
      Session: SESSION_SECONDS,
      RefreshToken: refresh,
      Grant: refresh,
      IdToken: CODE_SECONDS,
    },
  };
}

function featuresOf({
  limits,
  limitParts,
  door,
  addressOf,
}: ConfigurationParts): NonNullable<Configuration['features']> {
  return {
    devInteractions: { enabled: false },
    userinfo: { enabled: false },
    rpInitiatedLogout: { enabled: false },
    clientCredentials: { enabled: true },
    deviceFlow: deviceFlowOf(door, addressOf),
    dPoP: { enabled: true },
    pushedAuthorizationRequests: { enabled: true },
    introspection: { enabled: true, allowedPolicy: (_ctx, client, token) => mayAsk(client, token.clientId) },
    revocation: { enabled: true, allowedPolicy: (_ctx, client, token) => mayRevoke(client, token.clientId) },
    resourceIndicators: {
      enabled: true,
      defaultResource: async () => limitParts.resource,
      useGrantedResource: async () => true,
      getResourceServerInfo: async (ctx, resource, client) => limits.resourceServer(ctx, resource, client),
    },
    richAuthorizationRequests: {
      enabled: true,
      types: {
        [DETAIL_TYPE]: { validate: (_ctx, detail) => void readDetail(detail, limitParts.checkGrants) },
      },
      authorizationDetailsForGrantSource: (ctx) => limits.detailsFor(ctx, ctx.oidc.grant),
      authorizationDetailsForAccessToken: (ctx, token, source) =>
        limits.detailsForToken(ctx, token.scope, source),
      authorizationDetailsForIntrospection: (_ctx: KoaContextWithOIDC, token) => token.rar,
    },
  };
}

// RFC 7662, section 2.1: whoever may not ask is told the same as about a token that never was.
function mayAsk(client: Client, owner: string | undefined): boolean {
  if (client.clientAuthMethod === 'none') return false;
  return mayIntrospect(client) || client.clientId === owner;
}

// RFC 7009, section 2.1: a token of somebody else is refused, and somebody who cannot prove who they are is not told.
function mayRevoke(client: Client, owner: string | undefined): boolean {
  if (client.clientId === owner) return true;
  if (client.clientAuthMethod === 'none') return false;
  throw new InvalidRequest('this client may not revoke this token');
}

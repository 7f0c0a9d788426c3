import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

import type ProviderType from 'oidc-provider';
import type { KoaContextWithOIDC } from 'oidc-provider';

import { isAway } from '../away.ts';
import { type ConfigurationParts, configurationOf } from './configuration.ts';
import { deviceFormIsOld, renderError } from './device.ts';
import { awayBody } from './failures.ts';
import { withGrants } from './grants.ts';
import { answerLive } from './introspection.ts';
import { keepJwts } from './jwt.ts';
import type { KnownAccess } from './known.ts';
import { ACCESS_TOKEN, hashOf, mintOpaque, type OpaquePrefix, REFRESH_TOKEN } from './opaque.ts';
import { METADATA_PATH, PATHS } from './paths.ts';
import { INTERVAL_SECONDS } from './polling.ts';
import { ownSession } from './session.ts';

type Context = Parameters<Parameters<ProviderType['use']>[0]>[0];

/** Fields of the metadata that belong to OpenID Connect, which this server does not speak. */
const NOT_OURS: readonly string[] = [
  'claims_parameter_supported',
  'claims_supported',
  'claim_types_supported',
  'id_token_signing_alg_values_supported',
  'request_uri_parameter_supported',
  'subject_types_supported',
  'userinfo_endpoint',
  'end_session_endpoint',
  'acr_values_supported',
];

/** Makes the authorization server. What it prints by default it does not print here: nothing is left at a default. */
export function createProvider(
  parts: ConfigurationParts,
  known: KnownAccess,
  scopes: () => readonly string[],
): ProviderType {
  const OurProvider = withGrants(parts.around);
  const provider = new OurProvider(parts.config.issuer, configurationOf(parts));
  // For `asIssuer`: without it the library does not look at the scheme that is written there.
  provider.proxy = true;
  giveOurIds(provider);
  keepJwts(provider);
  compareHashes(provider);
  provider.use(answerAway);
  provider.use((ctx, next) => enter(provider, parts, ctx as KoaContextWithOIDC, next));
  provider.use(async (ctx, next) => {
    await next();
    if (ctx.path === PATHS.introspection) await answerLive(ctx as KoaContextWithOIDC, known);
    if (ctx.path === PATHS.device_authorization) tellInterval(ctx);
    if (ctx.path === METADATA_PATH) tidyMetadata(ctx, scopes());
  });
  return provider;
}

// The library makes its own failures an answer; what fails before or after it is ours.
async function answerAway(ctx: Context, next: () => Promise<void>): Promise<void> {
  try {
    await next();
  } catch (error) {
    if (!isAway(error)) throw error;
    ctx.app.emit('error', error, ctx);
    ctx.status = 503;
    if (ctx.accepts('json', 'html') === 'html')
      await renderError(ctx as KoaContextWithOIDC, { error: '' }, error);
    else ctx.body = awayBody();
  }
}

async function enter(
  provider: ProviderType,
  { door, findPerson }: ConfigurationParts,
  ctx: KoaContextWithOIDC,
  next: () => Promise<void>,
): Promise<void> {
  const session = await ownSession(provider, ctx, findPerson);
  // The library would make a session on the way to its answer, and fail on that.
  const isOld = ctx.path === PATHS.code_verification && ctx.method === 'POST' && session?.state === undefined;
  await door.pass(ctx, isOld ? () => deviceFormIsOld(ctx) : next);
}

// The id of an opaque token is the token: so it is made in our form, where scanners find it, and nothing at the edges
// has to be rewritten.
function giveOurIds(provider: ProviderType): void {
  const models: readonly (readonly [{ prototype: object }, OpaquePrefix])[] = [
    [provider.AccessToken, ACCESS_TOKEN],
    [provider.ClientCredentials, ACCESS_TOKEN],
    [provider.RefreshToken, REFRESH_TOKEN],
  ];
  for (const [model, prefix] of models) {
    const prototype = model.prototype as { generateTokenId(): string; format?: string };
    const theirs = prototype.generateTokenId;
    prototype.generateTokenId = function (this: { format?: string }): string {
      const id = theirs.call(this as typeof prototype);
      return this.format === 'jwt' ? id : mintOpaque(prefix);
    };
  }
}

// The library compares with the secret itself; we have its hash.
function compareHashes(provider: ProviderType): void {
  const prototype = provider.Client.prototype as unknown as {
    compareClientSecret(presented: string): boolean;
    readonly clientSecret?: string;
  };
  prototype.compareClientSecret = function (this: { readonly clientSecret?: string }, presented) {
    if (this.clientSecret === undefined) return false;
    return timingSafeEqual(Buffer.from(hashOf(presented)), Buffer.from(this.clientSecret));
  };
}

// RFC 8628, section 3.2, which the library leaves out.
function tellInterval(ctx: { body: unknown }): void {
  const body = ctx.body as Record<string, unknown> | undefined;
  if (body?.['device_code'] !== undefined) ctx.body = { ...body, interval: INTERVAL_SECONDS };
}

function tidyMetadata(ctx: { body: unknown }, scopes: readonly string[]): void {
  const body = ctx.body as Record<string, unknown> | undefined;
  if (body === undefined) return;
  const kept = Object.entries(body).filter(([name]) => !NOT_OURS.includes(name));
  const modes = ['query', 'form_post'];
  ctx.body = {
    ...Object.fromEntries(kept),
    response_modes_supported: modes,
    scopes_supported: scopes,
    introspection_endpoint_auth_methods_supported: [
      'client_secret_basic',
      'client_secret_post',
      'private_key_jwt',
    ],
  };
}

/**
 * Makes a request one for the issuer, whatever it says of itself: the library builds addresses out of its host and
 * scheme, and both can be anything that a client or a proxy writes there.
 */
export function asIssuer(request: IncomingMessage, issuer: string): IncomingMessage {
  const { host, protocol } = new URL(issuer);
  request.headers.host = host;
  request.headers['x-forwarded-host'] = host;
  request.headers['x-forwarded-proto'] = protocol.slice(0, -1);
  return request;
}

import type { Grants, GranularGrant, Narrowed } from 'ambit';
import type { AuthorizationDetail, Client, KoaContextWithOIDC, ResourceServer } from 'oidc-provider';

import type { Narrow } from '../narrow.ts';
import { detailsOf, grantedOf, readDetails } from './details.ts';
import type { JwtResource } from './jwt.ts';
import { InvalidAuthorizationDetails, InvalidScope, InvalidTarget } from './library.ts';
import { refusedScopes } from './refused-scopes.ts';

export interface TargetParts {
  /** The gateway: the resource of whoever names none. */
  readonly resource: string;
  /** Others, whose tokens are JWTs. */
  readonly jwt: readonly JwtResource[];
  readonly narrow: Narrow;
  readonly checkGrants: (grants: Grants) => readonly unknown[];
  readonly accessTokenSeconds: number;
}

export interface LimitParts extends TargetParts {
  /** The key that signs now. */
  readonly signingKey: () => string;
}

/** What a client asks for, set against what it may have: the one place that says so for every kind of request. */
export interface Limits {
  /** Throws `invalid_target`, `invalid_scope`, `invalid_authorization_details`. */
  resourceServer(ctx: KoaContextWithOIDC, resource: string, client: Client): ResourceServer;
  /** What of the granted details a code, or what else becomes a token, carries. */
  detailsFor(ctx: KoaContextWithOIDC, source: unknown): AuthorizationDetail[];
  /**
   * What of them a token carries that has these scopes. Throws `invalid_authorization_details` where it would have neither:
   * there is no token that holds nothing.
   */
  detailsForToken(ctx: KoaContextWithOIDC, scope: string | undefined, source: unknown): AuthorizationDetail[];
}

/** What of a client this server alone knows; see `metadata.ts`. */
export function ceilingOf(client: Client): Grants {
  const { ambit } = client as unknown as { readonly ambit?: { readonly ceiling?: Grants } };
  return ambit?.ceiling ?? {};
}

/** Whether a client may ask about tokens of others. */
export function mayIntrospect(client: Client): boolean {
  const { ambit } = client as unknown as { readonly ambit?: { readonly introspects?: boolean } };
  return ambit?.introspects === true;
}

/** The scopes that a request is about: those in its parameters, or those that were granted before. */
export function askedScopes({ oidc }: KoaContextWithOIDC): readonly string[] {
  const { AuthorizationCode, RefreshToken, DeviceCode } = oidc.entities;
  const text =
    oidc.params?.['scope'] ?? AuthorizationCode?.scope ?? RefreshToken?.scope ?? DeviceCode?.scope ?? '';
  return [...new Set(String(text).split(' '))].filter((scope) => scope !== '');
}

/** Makes the limits. */
export function createLimits(parts: LimitParts): Limits {
  const detailsFor: Limits['detailsFor'] = (ctx, source) => {
    const asked = readDetails(ctx.oidc.params?.['authorization_details'], parts.checkGrants);
    const { client } = ctx.oidc;
    if (client === undefined) return [];
    const before = grantedBefore(source);
    const wanted = before === undefined ? asked : limited(before, asked, parts);
    return detailsOf(parts.narrow(ceilingOf(client), { granular: wanted }).grants.granular ?? []);
  };
  return {
    detailsFor,
    detailsForToken(ctx, scope, source) {
      const details = detailsFor(ctx, source);
      if (details.length === 0 && !scope)
        throw new InvalidAuthorizationDetails('none of the permissions that were granted may be given now');
      return details;
    },
    resourceServer(ctx, resource, client) {
      const form = formFor(resource, parts);
      const { grants } = narrowed(ctx, client, parts);
      return { scope: (grants.scopes ?? []).join(' '), audience: resource, ...form };
    },
  };
}

/** Details that a person granted; nothing where nobody was asked (client credentials). */
function grantedBefore(source: unknown): readonly GranularGrant[] | undefined {
  if (source === undefined) return undefined;
  return grantedOf((source as { readonly rar?: unknown }).rar);
}

/** In which form and for how long there are tokens for a resource. Throws `invalid_target`. */
export function formFor(resource: string, parts: LimitParts): Omit<ResourceServer, 'scope' | 'audience'> {
  const jwt = targetOf(resource, parts);
  if (jwt === undefined) return { accessTokenTTL: parts.accessTokenSeconds, accessTokenFormat: 'opaque' };
  return {
    accessTokenTTL: Math.min(jwt.lifetimeSeconds, parts.accessTokenSeconds),
    accessTokenFormat: 'jwt',
    jwt: { sign: { alg: 'ES256', kid: parts.signingKey() } },
  };
}

/** The resource for which there are JWTs; nothing for the gateway. Throws `invalid_target` for every other. */
export function targetOf(resource: string, parts: TargetParts): JwtResource | undefined {
  if (resource === parts.resource) return undefined;
  const jwt = parts.jwt.find((one) => one.resource === resource);
  if (jwt === undefined) throw new InvalidTarget();
  return jwt;
}

// A code or a refresh token may be used for less than it carries (RFC 9396, section 6).
function limited(
  before: readonly GranularGrant[],
  asked: readonly GranularGrant[],
  { narrow }: LimitParts,
): readonly GranularGrant[] {
  return asked.length === 0
    ? before
    : (narrow({ subject: 'somebody', granular: before }, { granular: asked }).grants.granular ?? []);
}

/**
 * What of a request the client may have. Asking for nothing is refused, and so is asking only for what is not allowed
 * (RFC 6749, section 3.3 leaves it to us): a token with nothing would be found out much later.
 */
function narrowed(ctx: KoaContextWithOIDC, client: Client, parts: LimitParts): Narrowed {
  const scopes = askedScopes(ctx);
  const granular = readDetails(ctx.oidc.params?.['authorization_details'], parts.checkGrants);
  const result = parts.narrow(ceilingOf(client), { scopes, granular });
  if (scopes.length > 0 && !result.grants.scopes?.length)
    throw refusedScopes('none of these scopes may be given to this client', scopes);
  if (granular.length > 0 && !result.grants.granular?.length)
    throw new InvalidAuthorizationDetails('none of these permissions may be given to this client');
  const isOfSource = ctx.oidc.entities.AuthorizationCode ?? ctx.oidc.entities.RefreshToken;
  const isNothing = scopes.length === 0 && granular.length === 0;
  if (isNothing && isOfSource === undefined && ctx.oidc.entities.DeviceCode === undefined) {
    throw new InvalidScope('ask for scopes or for authorization details; nothing is given by itself', '');
  }
  return result;
}

import type { Grants, GranularGrant } from 'ambit';
import type ProviderType from 'oidc-provider';
import type { KoaContextWithOIDC, TokenEndpointGrantContext } from 'oidc-provider';
import {
  buildTokenResponse,
  checkDpopReplay,
  checkDpopRequired,
  validateDpop,
} from 'oidc-provider/lib/helpers/grants.js';

import type { AddressOf } from '../clientaddress.ts';
import { mayActUntilEnd } from '../people/mayact.ts';
import { detailsOf, readDetails } from './details.ts';
import { InvalidAuthorizationDetails, InvalidRequest, InvalidScope, InvalidTarget } from './library.ts';
import { ceilingOf, formFor, type LimitParts } from './limits.ts';
import { DEEPEST, type Live } from './live.ts';
import { refusedScopes } from './refused-scopes.ts';
import type { Together } from './together.ts';
import type { Exchange } from './watch.ts';

export const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
const ACCESS = 'urn:ietf:params:oauth:token-type:access_token';
const PARAMETERS: readonly string[] = [
  'subject_token',
  'subject_token_type',
  'actor_token',
  'actor_token_type',
  'requested_token_type',
  'audience',
  'resource',
  'scope',
  'authorization_details',
];

/** A token that somebody wants to exchange, as it is now. */
export interface Subject extends Pick<Live, 'grants' | 'expiresAt' | 'depth' | 'jkt'> {
  /** By which the feed and the store know it. */
  readonly parent: string;
  /** Counts one more use of it, together with what it came of; says whether it may have that. */
  readonly use: () => Promise<boolean>;
}

export interface ExchangeParts extends LimitParts {
  readonly addressOf: AddressOf;
  /** Recognises what may be exchanged; nothing for what is not valid, and for tokens that were narrowed offline. */
  readonly recognise: (token: string, address: string | undefined) => Promise<Subject | undefined>;
  readonly exchanges: WeakMap<KoaContextWithOIDC, Exchange>;
  readonly together: Together;
  readonly now: () => Date;
}

type Context = TokenEndpointGrantContext<Record<string, string | undefined>>;

/**
 * Token exchange (RFC 8693), with which a token can only be narrowed: the result holds nothing that the token given, or
 * the ceiling of the client, does not; it lives no longer, ends with the token given, and can be revoked alone.
 */
export function registerExchange(provider: ProviderType, parts: ExchangeParts): void {
  provider.registerGrantType(EXCHANGE, async (ctx) => exchange(provider, ctx as Context, parts), [
    ...PARAMETERS,
  ]);
}

async function exchange(provider: ProviderType, ctx: Context, parts: ExchangeParts): Promise<void> {
  const { params } = ctx.oidc;
  const proof = await validateDpop(provider, ctx);
  checkDpopRequired(provider, ctx, proof);
  const resource = resourceOf(ctx, parts.resource);
  const form = formFor(resource, parts);
  const subject = await recognised(ctx, 'subject_token', parts);
  const actor = params['actor_token'] === undefined ? undefined : await recognised(ctx, 'actor_token', parts);
  await checkUse('subject', subject, proof?.thumbprint);
  if (actor !== undefined) await checkUse('actor', actor, proof?.thumbprint);
  if (subject.depth >= DEEPEST) throw new InvalidRequest('the subject token was exchanged too often');
  const given = narrowed(ctx, subject.grants, parts);
  if (proof !== undefined) await checkDpopReplay(provider, ctx, proof, ctx.oidc.client.clientId);
  parts.exchanges.set(ctx, { parent: subject.parent, actor: actor?.grants.subject ?? actor?.grants.client });
  const left = Math.floor((subject.expiresAt.getTime() - parts.now().getTime()) / 1_000);
  const expiresIn = Math.min(form.accessTokenTTL ?? 0, left);
  if (expiresIn < 1) throw new InvalidRequest('the subject token is not valid');
  await parts.together.takeFirst(async (unit) => {
    const isActive = await mayActUntilEnd(unit.people, subject.grants.subject);
    return isActive ? undefined : new InvalidRequest('the subject token is not valid');
  });
  const token = await issue(provider, ctx, {
    resource,
    form,
    subject,
    given,
    expiresIn,
    jkt: proof?.thumbprint,
  });
  ctx.body = buildTokenResponse(provider, {
    accessToken: token.value,
    expiresIn,
    issuedTokenType: ACCESS,
    scope: given.scopes.join(' ') || undefined,
    tokenType: proof === undefined ? 'Bearer' : 'DPoP',
    authorizationDetails: given.granular.length === 0 ? undefined : detailsOf(given.granular),
  });
}

// Counted only with the proof: who has none uses up nothing of what others may.
async function checkUse(
  name: 'subject' | 'actor',
  { jkt, use }: Subject,
  thumbprint: string | undefined,
): Promise<void> {
  // Otherwise a stolen token that is bound to a key would come out of here without it.
  if (jkt !== undefined && jkt !== thumbprint)
    throw new InvalidRequest(`the ${name} token is bound to a key, and this request does not prove it`);
  if (!(await use()))
    throw new InvalidRequest(`the ${name} token has made as many requests as it may for now`);
}

function resourceOf({ oidc: { params } }: Context, gateway: string): string {
  const { resource, audience } = params as Record<string, string | undefined>;
  if (resource !== undefined && audience !== undefined && resource !== audience) throw new InvalidTarget();
  const wanted = params['requested_token_type'];
  if (wanted !== undefined && wanted !== ACCESS)
    throw new InvalidRequest('only access tokens are made; see `requested_token_type`');
  return resource ?? audience ?? gateway;
}

async function recognised(
  ctx: Context,
  name: 'subject_token' | 'actor_token',
  parts: ExchangeParts,
): Promise<Subject> {
  const { [name]: token, [`${name}_type`]: type } = ctx.oidc.params as Record<string, string | undefined>;
  if (token === undefined || type !== ACCESS)
    throw new InvalidRequest(
      `\`${name}\` and \`${name}_type\` must be there, and be those of an access token`,
    );
  const subject = await parts.recognise(token, parts.addressOf(ctx.req));
  if (subject === undefined)
    throw new InvalidRequest(
      `the ${name.replace('_', ' ')} is not valid, or is one that cannot be exchanged (narrowed tokens cannot)`,
    );
  return subject;
}

interface Given {
  readonly scopes: readonly string[];
  readonly granular: readonly GranularGrant[];
}

// Twice through the same narrowing: what the token holds, and what the client may hold.
function narrowed(ctx: Context, held: Grants, parts: ExchangeParts): Given {
  const { client, params } = ctx.oidc;
  const scopes = [...new Set((params.scope ?? '').split(' '))].filter((scope) => scope !== '');
  const granular = readDetails(params.authorization_details, parts.checkGrants);
  const first = parts.narrow(held, { scopes, granular }).grants;
  const { grants } = parts.narrow(ceilingOf(client), {
    scopes: first.scopes ?? [],
    granular: first.granular ?? [],
  });
  if (scopes.length === 0 && granular.length === 0)
    throw new InvalidScope('ask for scopes or for authorization details; nothing is given by itself', '');
  if (scopes.length > 0 && !grants.scopes?.length)
    throw refusedScopes('none of these scopes is held by the token and may be given to this client', scopes);
  if (granular.length > 0 && !grants.granular?.length)
    throw new InvalidAuthorizationDetails(
      'none of these permissions is held by the token and may be given to this client',
    );
  return { scopes: grants.scopes ?? [], granular: grants.granular ?? [] };
}

interface Issued {
  readonly resource: string;
  readonly form: ReturnType<typeof formFor>;
  readonly subject: Subject;
  readonly given: Given;
  readonly expiresIn: number;
  readonly jkt: string | undefined;
}

// A grant of its own, so that revoking this token leaves the one that it came of.
async function issue(
  provider: ProviderType,
  ctx: Context,
  { resource, form, subject, given, expiresIn, jkt }: Issued,
): Promise<{ readonly value: string }> {
  const { client } = ctx.oidc;
  const accountId = subject.grants.subject;
  const whose = accountId === undefined ? {} : { accountId };
  const grant = new provider.Grant({ clientId: client.clientId, ...whose });
  Object.assign(grant, { expiresIn });
  grant.addResourceScope(resource, given.scopes.join(' '));
  const grantId = await grant.save();
  const token = new provider.AccessToken({
    client,
    grantId,
    gty: 'token_exchange',
    ...whose,
  } as ConstructorParameters<typeof provider.AccessToken>[0]);
  Object.assign(token, { expiresIn, scope: given.scopes.join(' ') || undefined });
  if (given.granular.length > 0) token.rar = detailsOf(given.granular);
  const scope = given.scopes.join(' ');
  token.resourceServer = new provider.ResourceServer(resource, { scope, audience: resource, ...form });
  if (jkt !== undefined) token.setThumbprint('jkt', jkt);
  ctx.oidc.entity('AccessToken', token);
  return { value: await token.save() };
}

import type { KoaContextWithOIDC } from 'oidc-provider';

import type { Feed } from '../feed/feed.ts';
import type { AuditAction } from '../store/audit.ts';
import type { OAuthRecord } from '../store/oauth.ts';
import type { Unit } from '../store/store.ts';
import type { RecordWatch } from './adapter.ts';
import { grantedOf } from './details.ts';
import { Provider } from './library.ts';
import { heldBy, type LiveParts, liveOf } from './live.ts';
import { hashOf, publicIdOf } from './opaque.ts';

/** What a token exchange says of the token that it is about to write. */
export interface Exchange {
  /** A public id of a personal token, or the hash of one of ours. */
  readonly parent: string;
  /** Who was named as acting (RFC 8693, section 4.1): for the audit alone. */
  readonly actor: string | undefined;
}

const TOKENS: readonly string[] = ['AccessToken', 'ClientCredentials'];
/** What counts only as long as its client, its person and its grant do. */
const LIVING: readonly string[] = [...TOKENS, 'RefreshToken', 'AuthorizationCode'];
const EXCHANGED: readonly string[] = ['AccessToken', 'Grant'];
const ACTIONS: Readonly<Record<string, AuditAction>> = {
  refresh_token: 'oauth.refreshed',
  'urn:ietf:params:oauth:grant-type:token-exchange': 'oauth.exchanged',
};

/** What has to happen with records besides keeping them: the audit, the feed, and that ends are heard of. */
export function createWatch(
  feed: Feed,
  parts: LiveParts,
  exchanges: WeakMap<KoaContextWithOIDC, Exchange>,
): RecordWatch {
  return {
    parentOf(model) {
      const ctx = Provider.ctx;
      return ctx !== undefined && EXCHANGED.includes(model) ? exchanges.get(ctx)?.parent : undefined;
    },
    async written(unit, record) {
      const ctx = Provider.ctx;
      if (ctx !== undefined && TOKENS.includes(record.model))
        await audit(unit, ctx, record, exchanges, parts.now());
    },
    keepsSiblings() {
      const oidc = Provider.ctx?.oidc;
      return oidc?.route === 'revocation' && oidc.entities.AccessToken !== undefined;
    },
    // A code or a refresh token that came a second time ends all that came of the first.
    endsWhole: () => Provider.ctx?.oidc.route === 'token',
    async ended(unit, gone) {
      const at = parts.now();
      await unit.changes.add('grant', 'record' in gone ? gone.record.idHash : hashOf(gone.grantId), at);
      const ctx = Provider.ctx;
      const record = 'record' in gone ? gone.record : undefined;
      if (record?.model === 'Grant') return;
      if (record !== undefined) await auditEnd(unit, ctx, record, at);
      else if (ctx?.oidc.route === 'token')
        await auditReuse(unit, ctx, 'grant' in gone ? gone.grant : undefined, at);
    },
    settled: () => feed.catchUp(),
    isAlive: async (record) =>
      !LIVING.includes(record.model) ||
      record.consumedAt !== undefined ||
      (await liveOf(record, parts)) !== undefined,
  };
}

async function audit(
  unit: Unit,
  ctx: KoaContextWithOIDC,
  record: OAuthRecord,
  exchanges: WeakMap<KoaContextWithOIDC, Exchange>,
  at: Date,
): Promise<void> {
  const { params } = ctx.oidc;
  const { clientId, accountId } = record.payload as Readonly<Record<string, string | undefined>>;
  const asked = String(params?.['scope'] ?? '')
    .split(' ')
    .filter((scope) => scope !== '');
  const { scopes, granular } = heldBy(record);
  const dropped = [...new Set(asked)].filter((scope) => !scopes.includes(scope));
  const exchange = exchanges.get(ctx);
  await unit.audit.add({
    at,
    action: ACTIONS[String(params?.['grant_type'])] ?? 'oauth.issued',
    actor: clientId ?? 'nobody',
    token: publicIdOf(record.idHash),
    client: clientId,
    subject: accountId,
    details: {
      scopes: { asked, given: scopes, dropped },
      permissions: { asked: askedDetails(params?.['authorization_details']), given: granular },
      ...(exchange === undefined ? {} : { parent: publicParent(exchange.parent) }),
      ...(exchange?.actor === undefined ? {} : { act: exchange.actor }),
    },
  });
}

interface Whose {
  readonly clientId?: string;
  readonly accountId?: string;
}

async function auditEnd(
  unit: Unit,
  ctx: KoaContextWithOIDC | undefined,
  record: OAuthRecord,
  at: Date,
): Promise<void> {
  const { clientId, accountId } = record.payload as Whose;
  const client = ctx?.oidc.client?.clientId;
  await unit.audit.add({
    at,
    action: ctx?.oidc.route === 'token' ? 'oauth.reused' : 'oauth.revoked',
    actor: client ?? 'admin',
    token: publicIdOf(record.idHash),
    client: clientId ?? client,
    subject: accountId,
  });
}

// At the token endpoint grants end for one reason only: a code or a refresh token came a second time.
async function auditReuse(
  unit: Unit,
  ctx: KoaContextWithOIDC,
  grant: OAuthRecord | undefined,
  at: Date,
): Promise<void> {
  const { clientId, accountId } = (grant?.payload ?? {}) as Whose;
  const { client, entities } = ctx.oidc;
  await unit.audit.add({
    at,
    action: 'oauth.reused',
    actor: client?.clientId ?? 'nobody',
    client: clientId ?? client?.clientId,
    subject: accountId ?? entities.AuthorizationCode?.accountId ?? entities.RefreshToken?.accountId,
  });
}

function publicParent(parent: string): string {
  return parent.startsWith('tok_') ? parent : publicIdOf(parent);
}

function askedDetails(text: unknown): unknown {
  try {
    return typeof text === 'string' ? grantedOf(JSON.parse(text)) : [];
  } catch {
    return [];
  }
}

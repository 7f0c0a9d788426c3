import { randomBytes } from 'node:crypto';

import type { Grants, GranularGrant } from 'ambit';

import type { GrantProblem } from '../authority/desk.ts';
import { refusedGrants } from '../authority/refusedgrants.ts';
import { ServerError } from '../errors.ts';
import type { Feed } from '../feed/feed.ts';
import type { StoredClient } from '../store/clients.ts';
import type { Store, Unit } from '../store/store.ts';
import { encodeBase62 } from '../tokens/base62.ts';
import { type ClientDetails, clientMeant, detailsOf } from './client-details.ts';
import {
  type Ceiling,
  type ClientInput,
  type ClientRequest,
  parseCeiling,
  parseClientRequest,
} from './client-request.ts';
import { metadataOf } from './metadata.ts';
import { CLIENT_SECRET, hashOf, mintOpaque } from './opaque.ts';

/** A client as given to whoever made it. The only time that `secret` is seen. */
export interface CreatedClient extends ListedClient {
  readonly secret?: string;
}

/** A client as listed: everything but the secret. */
export interface ListedClient {
  readonly id: string;
  readonly name: string;
  readonly grants: readonly string[];
  readonly redirectUris: readonly string[];
  readonly ceiling: { readonly scopes?: readonly string[]; readonly granular?: readonly GranularGrant[] };
  readonly createdAt: string;
  readonly createdBy: string;
  readonly disabledAt: string | null;
}

/** One client with all that is told of it; never its secret. */
export interface ShownClient extends ListedClient, ClientDetails {}

export interface ClientParts {
  readonly store: Store;
  readonly feed: Feed;
  readonly checkGrants: (grants: Grants) => readonly GrantProblem[];
  /** Whether somebody has said in words what a scope is for. */
  readonly isDescribed: (scope: string) => boolean;
  readonly now?: () => Date;
}

/** Makes and changes OAuth clients. All of them throw `ServerError` for what cannot be. */
export interface Clients {
  /** Throws `INPUT_INVALID`, `GRANTS_REFUSED`, `SCOPE_UNDESCRIBED`. */
  create(input: ClientInput, by: string): Promise<CreatedClient>;
  list(): Promise<readonly ListedClient[]>;
  /** By its id, or by a name that no other client in use has. Throws `CLIENT_UNKNOWN`. */
  show(ref: string): Promise<ShownClient>;
  /** What tokens of the client may do changes with it, at once. Throws `CLIENT_UNKNOWN` and what `create` throws. */
  changeCeiling(id: string, input: { readonly ceiling: Ceiling }, by: string): Promise<ListedClient>;
  /** Makes a new secret; the old one ends. Throws `CLIENT_UNKNOWN`, `INPUT_INVALID` for one without a secret. */
  rotateSecret(id: string, by: string): Promise<CreatedClient>;
  /** Ends the client and every token of it. Throws `CLIENT_UNKNOWN`. */
  disable(id: string, by: string): Promise<ListedClient>;
}

/** Makes what manages clients, over an open store. */
export function createClients(parts: ClientParts): Clients {
  const now = parts.now ?? (() => new Date());
  return {
    create: (input, by) => create(parts, parseClientRequest(input), by, now()),
    list: async () => (await parts.store.clients.list()).map(listed),
    async show(ref) {
      const client = await clientMeant(ref, parts.store);
      return { ...listed(client), ...(await detailsOf(client, parts.store)) };
    },
    changeCeiling: (id, input, by) => {
      const ceiling = parseCeiling(input);
      return change(parts, id, now(), by, (client) => {
        refuseUnusable(parts, ceiling, client.ceiling.subject);
        const { subject } = client.ceiling;
        return { ceiling: { ...ceilingOf(ceiling), ...(subject === undefined ? {} : { subject }) } };
      });
    },
    async rotateSecret(id, by) {
      const secret = mintOpaque(CLIENT_SECRET);
      const client = await change(parts, id, now(), by, ({ secretHash }) => {
        if (secretHash === undefined)
          throw new ServerError('INPUT_INVALID', 'This client has no secret to rotate.');
        return { secretHash: hashOf(secret) };
      });
      return { ...client, secret };
    },
    disable: (id, by) => change(parts, id, now(), by, () => ({ disabledAt: now() })),
  };
}

async function create(
  parts: ClientParts,
  request: ClientRequest,
  by: string,
  now: Date,
): Promise<CreatedClient> {
  const actsFor = request.grants.some((name) => name === 'authorization_code' || name === 'device_code');
  refuseUnusable(parts, request.ceiling, request.subject ?? (actsFor ? 'somebody' : undefined));
  const id = `cli_${encodeBase62(randomBytes(12), 17)}`;
  const secret = request.authentication === 'secret' ? mintOpaque(CLIENT_SECRET) : undefined;
  const client: StoredClient = {
    id,
    name: request.name,
    secretHash: secret === undefined ? undefined : hashOf(secret),
    metadata: metadataOf(id, request),
    ceiling: {
      ...ceilingOf(request.ceiling),
      ...(request.subject === undefined ? {} : { subject: request.subject }),
    },
    createdAt: now,
    createdBy: by,
    disabledAt: undefined,
  };
  await parts.store.write(async (unit) => {
    await unit.clients.insert(client);
    await unit.audit.add({
      at: now,
      action: 'client.created',
      actor: by,
      client: id,
      details: { name: client.name, grants: request.grants, ceiling: client.ceiling },
    });
  });
  return { ...listed(client), ...(secret === undefined ? {} : { secret }) };
}

type Change = Parameters<Unit['clients']['change']>[1];

async function change(
  { store, feed }: ClientParts,
  id: string,
  at: Date,
  by: string,
  to: (client: StoredClient) => Change,
): Promise<ListedClient> {
  const writing = store.write(async (unit) => {
    const client = await unit.clients.find(id);
    if (client === undefined || client.disabledAt !== undefined) throw unknownClient();
    const changed = to(client);
    await unit.clients.change(id, changed);
    await unit.changes.add('client', id, at);
    const action = changed.disabledAt === undefined ? 'client.changed' : 'client.disabled';
    const what = changed.ceiling === undefined ? (changed.secretHash ? { secret: 'new' } : {}) : changed;
    await unit.audit.add({ at, action, actor: by, client: id, details: what });
    return { ...client, ...changed };
  });
  return listed(await writing.finally(() => feed.catchUp()));
}

function refuseUnusable(parts: ClientParts, ceiling: Ceiling, subject: string | undefined): void {
  const problems = parts.checkGrants({
    ...ceilingOf(ceiling),
    ...(subject === undefined ? {} : { subject }),
  });
  if (problems.length > 0) throw refusedGrants(problems, ['ceiling']);
  const silent = (ceiling.scopes ?? []).filter((scope) => !parts.isDescribed(scope));
  if (silent.length === 0) return;
  throw new ServerError(
    'SCOPE_UNDESCRIBED',
    `Nobody has said what ${silent.map((scope) => `\`${scope}\``).join(', ')} is for, and people are asked to grant it.`,
    'Describe it in the configuration: scopes: { "NAME": { description: "..." } }.',
  );
}

/** Whether a scope says what it is for by its form: then the schema has the words. */
export function hasOwnWords(scope: string): boolean {
  return scope === 'api' || scope === 'read_api' || /^api:graphql:(query|mutate|subscribe):.+$/.test(scope);
}

function ceilingOf({ scopes, granular }: Ceiling): Pick<Grants, 'scopes' | 'granular'> {
  return { ...(scopes === undefined ? {} : { scopes }), ...(granular === undefined ? {} : { granular }) };
}

function listed({ id, name, metadata, ceiling, ...client }: StoredClient): ListedClient {
  const { grant_types: grants, redirect_uris: redirectUris } = metadata as Record<string, readonly string[]>;
  return {
    id,
    name,
    grants: grants ?? [],
    redirectUris: redirectUris ?? [],
    ceiling: ceilingOf(ceiling),
    createdAt: client.createdAt.toISOString(),
    createdBy: client.createdBy,
    disabledAt: client.disabledAt?.toISOString() ?? null,
  };
}

function unknownClient(): ServerError {
  return new ServerError(
    'CLIENT_UNKNOWN',
    'There is no client with this id that is in use.',
    'ambit-server client list shows the ids, which begin with cli_.',
  );
}

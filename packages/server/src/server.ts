import type { Server } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';

import type { Hono } from 'hono';
import { createAdminCheck, ensureAdminToken } from './adminkey.ts';
import { createApp } from './app.ts';
import type { Authority } from './authority.ts';
import { createBearerAuthentication } from './bearer.ts';
import { type AddressOf, ClientAddresses, clientAddress, createAddressOf } from './clientaddress.ts';
import type { Config } from './config.ts';
import { unaskedScopes } from './grantable.ts';
import { githubOf } from './leaks/github.ts';
import { listen, urlOf } from './listen.ts';
import { createLog, type Log } from './log.ts';
import { refuseLostKeys } from './oauth/lost-keys.ts';
import type { OAuth } from './oauth/oauth.ts';
import { openOAuth } from './oauth/open.ts';
import { type OpenAuthority, type OpenParts, openAuthority } from './openauthority.ts';
import { type Outside, reachOut } from './outside.ts';
import { openPages, type Pages } from './pages/open.ts';
import { createMayAct } from './people/mayact.ts';
import { refuseUnusableConfig } from './refuseconfig.ts';
import { removeRunFile, writeRunFile } from './runfile.ts';

const DRAIN_MS = 5_000;
const SWEEP_MS = 50;

/** A server that answers. */
export interface RunningAmbitServer {
  /** `http://HOST:PORT`, without a path. */
  readonly url: string;
  /** The same authority that the admin API speaks to, for programs that run the server in their own process. */
  readonly authority: Authority;
  /** Where the first password of the built-in administrator is, until it is changed. */
  readonly firstPassword: string | undefined;
  /** Stops accepting, lets what is running finish for at most 5 seconds, closes the store, releases its lock. */
  close(): Promise<void>;
}

/**
 * Starts a server. Rejects with `AmbitError` (schema, rules, permissions) or `ServerError` (configuration, root key,
 * store, port), each a sentence to show; nothing is left open then.
 */
export async function startServer(
  config: Config,
  parts: Partial<OpenParts> = {},
): Promise<RunningAmbitServer> {
  const open: OpenParts = {
    progress: () => undefined,
    refuseStore: (store) => refuseLostKeys(config, store),
    ...parts,
    log: parts.log ?? createLog(process.env['AMBIT_LOG']),
  };
  await refuseUnusableConfig(config);
  const opened = await openAuthority(config, open);
  const outside = reachOut(config, open.log);
  const addressOf = createAddressOf(config.trustedProxies, (peer) => warnOfProxy(peer, open.log));
  try {
    const pages = await openPages({
      ...config,
      ...opened,
      publicUrl: config.publicUrl ?? config.oauth?.issuer,
      log: open.log,
      addressOf: (context) => clientAddress(context, addressOf) ?? 'unknown',
    });
    const oauth = await openOAuth(config, { ...opened, pages, addressOf }, open.log);
    const app = await assemble(config, opened, { ...outside, oauth, pages, addressOf }, open);
    const server = await listen(app, oauth, config);
    const url = urlOf(config.host, server);
    // On PostgreSQL the commands open the store themselves, and several servers may share a folder.
    if (config.database === undefined) await writeRunFile(config.data, url);
    open.log.info({ url }, 'listening');
    warnOfRules(config, opened, open.log);
    return {
      url,
      authority: opened.authority,
      firstPassword: pages.firstPassword,
      close: once(() => {
        oauth?.close();
        return shutDown(config, server, opened, outside);
      }),
    };
  } catch (error) {
    await outside.close();
    await opened.close();
    throw error;
  }
}

function warnOfRules({ scopes }: Config, { engine }: OpenAuthority, log: Log): void {
  const { errors, grantable = [] } = engine;
  if (errors)
    log.warn({ errors }, 'the rules have errors, and what they leave open is denied; run `ambit check`');
  for (const unasked of unaskedScopes(scopes, grantable))
    log.warn(unasked, 'a scope is described in `scopes` that no rule asks for');
}

// Once, since anybody can send it; and of what it says nothing, since anybody can write it.
function warnOfProxy(peer: string, log: Log): void {
  log.warn(
    { peer },
    'X-Forwarded-For or Forwarded came from an address that is not in `trustedProxies` and is ignored; if that is your proxy, add it, or all its clients count as one address. This is said once',
  );
}

/** What of the server answers to people and to OAuth clients. */
interface Inside {
  readonly addressOf: AddressOf;
  readonly pages: Pages;
  readonly oauth: OAuth | undefined;
}

async function assemble(
  config: Config,
  opened: OpenAuthority,
  { upstream, foreign, pages, oauth, addressOf }: Outside & Inside,
  { log }: OpenParts,
): Promise<Hono> {
  const { answerBytes: _, ...limits } = config.limits;
  const addresses = new ClientAddresses();
  const gateway = opened.engine.createGateway({
    authenticate: createBearerAuthentication({
      authority: opened.authority,
      oauth,
      foreign,
      mayAct: createMayAct(opened.store.people, opened.feed),
      addressOf: (request) => addresses.of(request),
    }),
    upstream,
    limits,
    credentialOf: (grants) => opened.authority.credentialOf(grants),
    onOperation: ({ grants, coordinates }) => opened.authority.noteUse(grants, coordinates),
  });
  return createApp({
    authority: opened.authority,
    gateway: async (request, address) => {
      addresses.note(request, address);
      const answer = await gateway(request);
      return oauth === undefined ? answer : oauth.challenge(answer);
    },
    isAdmin: createAdminCheck(await ensureAdminToken(config.data, config.adminToken)),
    addressOf,
    ready: () => opened.store.ping(),
    host: config.host,
    oauth: opened.clients && oauth ? { clients: opened.clients, oauth } : undefined,
    pages,
    github: githubOf(config.leaks),
    grantable: opened.engine.grantable,
    log,
  });
}

async function shutDown(
  config: Config,
  server: Server,
  opened: OpenAuthority,
  outside: Outside,
): Promise<void> {
  if (config.database === undefined) await removeRunFile(config.data);
  const finished = new Promise<void>((resolve) => server.close(() => resolve()));
  // A connection that has had its answer stays open for the next request, which will not be heard.
  const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MS);
  await Promise.race([finished, pause(DRAIN_MS, undefined, { ref: false })]);
  clearInterval(sweep);
  server.closeAllConnections();
  await outside.close();
  await opened.close();
}

function once(action: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  return () => {
    running ??= action();
    return running;
  };
}

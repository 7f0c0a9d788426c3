import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

import { getRequestListener } from '@hono/node-server';
import type { UpstreamAnswer } from 'ambit/gateway';
import type { Hono } from 'hono';
import { createAdminCheck, ensureAdminToken } from './adminkey.ts';
import { createApp } from './app.ts';
import type { Authority } from './authority.ts';
import { createBearerAuthentication } from './bearer.ts';
import { ClientAddresses } from './clientaddress.ts';
import type { Config } from './config.ts';
import { ServerError, systemCode } from './errors.ts';
import { refuseUnusableSets } from './foreign/check-mapping.ts';
import { createForeignTokens, type ForeignTokens } from './foreign/foreign.ts';
import { createLog, type Log } from './log.ts';
import { isOAuthPath, type OAuth } from './oauth/oauth.ts';
import { openOAuth } from './oauth/open.ts';
import { type OpenAuthority, type OpenParts, openAuthority } from './openauthority.ts';
import { removeRunFile, writeRunFile } from './runfile.ts';
import { createUpstream, UnusableAnswer, type UpstreamClient } from './upstream.ts';

const DRAIN_MS = 5_000;
const SWEEP_MS = 50;

/** A server that answers. */
export interface RunningAmbitServer {
  /** `http://HOST:PORT`, without a path. */
  readonly url: string;
  /** The same authority that the admin API speaks to, for programs that run the server in their own process. */
  readonly authority: Authority;
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
    ...parts,
    log: parts.log ?? createLog(process.env['AMBIT_LOG']),
  };
  const opened = await openAuthority(config, open);
  const outside = reachOut(config, open.log);
  try {
    const oauth = await openOAuth(config, opened, open);
    const app = await assemble(config, opened, { ...outside, oauth }, open);
    const server = await listen(app, oauth, config);
    const url = urlOf(config.host, server);
    await writeRunFile(config.data, url);
    open.log.info({ url }, 'listening');
    const { errors } = opened.engine;
    if (errors)
      open.log.warn(
        { errors },
        'the rules have errors, and what they leave open is denied; run `ambit check`',
      );
    return {
      url,
      authority: opened.authority,
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

/** Whom the server calls: the API, and other issuers where there are any. */
interface Outside {
  readonly upstream: UpstreamClient;
  readonly foreign: ForeignTokens | undefined;
  close(): Promise<void>;
}

function reachOut({ upstream: api, limits, issuers, introspection }: Config, log: Log): Outside {
  const upstream = createUpstream({
    ...api,
    timeoutMs: limits.upstreamMs,
    answerBytes: limits.answerBytes,
  });
  const hasOthers = issuers.length > 0 || introspection !== undefined;
  const foreign = hasOthers ? createForeignTokens({ issuers, introspection, log }) : undefined;
  return {
    upstream,
    foreign,
    async close() {
      await Promise.all([upstream.close(), foreign?.close()]);
    },
  };
}

async function assemble(
  config: Config,
  opened: OpenAuthority,
  { upstream, foreign, oauth }: Outside & { readonly oauth: OAuth | undefined },
  { log }: OpenParts,
): Promise<Hono> {
  refuseUnusableSets(config, (grants) => opened.engine.checkGrants(grants));
  const { answerBytes: _, ...limits } = config.limits;
  const addresses = new ClientAddresses();
  const gateway = opened.engine.createGateway({
    authenticate: createBearerAuthentication({
      authority: opened.authority,
      oauth,
      foreign,
      addressOf: (request) => addresses.of(request),
    }),
    upstream: (call) =>
      upstream.call(call).then(
        (answer) => tellStatus(answer, log),
        (error: unknown) => tellFailure(error, log),
      ),
    limits,
  });
  return createApp({
    authority: opened.authority,
    gateway: async (request, address) => {
      addresses.note(request, address);
      const answer = await gateway(request);
      return oauth === undefined ? answer : oauth.challenge(answer);
    },
    isAdmin: createAdminCheck(await ensureAdminToken(config.data)),
    ready: () => opened.store.ping(),
    host: config.host,
    oauth: opened.clients && oauth ? { clients: opened.clients, oauth } : undefined,
    log,
  });
}

// An API that refuses the gateway itself says so by its status; the client is not told, and cannot mend it.
function tellStatus(answer: UpstreamAnswer, log: Log): UpstreamAnswer {
  const { status } = answer;
  if (status === 401)
    log.warn({ status }, "the API refused the gateway's credential; see `upstream.headers`");
  else if (status >= 300 && status !== 400 && status !== 422)
    log.warn({ status }, 'the API answered with this status');
  return answer;
}

// The client is told only that there was no answer it could have; whoever runs the server has to know why.
function tellFailure(error: unknown, log: Log): never {
  const reason = error instanceof Error ? error.message : String(error);
  const answered = error instanceof UnusableAnswer;
  log.warn({ reason }, answered ? 'the answer of the API cannot be used' : 'the API did not answer');
  throw error;
}

async function listen(app: Hono, oauth: OAuth | undefined, { port, host }: Config): Promise<Server> {
  const ours = getRequestListener(app.fetch);
  const server = createServer(
    (request, response) =>
      void (oauth !== undefined && isOAuthPath(request.url)
        ? oauth.handle(request, response)
        : ours(request, response)),
  );
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(unusablePort(error, port, host)));
    server.listen(port, host, resolve);
  });
  return server;
}

async function shutDown(
  config: Config,
  server: Server,
  opened: OpenAuthority,
  outside: Outside,
): Promise<void> {
  await removeRunFile(config.data);
  const finished = new Promise<void>((resolve) => server.close(() => resolve()));
  // A connection that has had its answer stays open for the next request, which will not be heard.
  const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MS);
  await Promise.race([finished, pause(DRAIN_MS, undefined, { ref: false })]);
  clearInterval(sweep);
  server.closeAllConnections();
  await outside.close();
  await opened.close();
}

function urlOf(host: string, server: Server): string {
  const { port } = server.address() as AddressInfo;
  const reachable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`;
}

function unusablePort(error: Error, port: number, host: string): Error {
  const code = systemCode(error);
  const reasons: Readonly<Record<string, string>> = {
    EADDRINUSE: `Port ${port} on ${host} is taken by another program.`,
    EACCES: `Port ${port} on ${host} may not be used by this user.`,
    EADDRNOTAVAIL: `This machine has no address ${host}.`,
    ENOTFOUND: `This machine has no address ${host}.`,
  };
  const reason = code === undefined ? undefined : reasons[code];
  if (reason === undefined) return error;
  const taken = code === 'EADDRINUSE' || code === 'EACCES';
  return new ServerError(
    'PORT_UNUSABLE',
    reason,
    taken ? `Take another one: --port ${port + 1}` : 'Set `host` to an address of this machine.',
  );
}

function once(action: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  return () => {
    running ??= action();
    return running;
  };
}

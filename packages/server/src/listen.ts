import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { getRequestListener } from '@hono/node-server';
import type { Hono } from 'hono';

import type { Config } from './config.ts';
import { ServerError, systemCode } from './errors.ts';
import type { OAuth } from './oauth/oauth.ts';
import { isOAuthPath } from './oauth/paths.ts';

/**
 * Listens where the configuration says; paths of the authorization server go to it, all others to the app. Throws
 * `ServerError` `PORT_UNUSABLE`.
 */
export async function listen(
  app: Hono,
  oauth: Pick<OAuth, 'handle'> | undefined,
  { port, host }: Config,
): Promise<Server> {
  const ours = getRequestListener(app.fetch);
  const server = createServer((request, response) => {
    if (oauth !== undefined && isOAuthPath(request.url)) void oauth.handle(request, response);
    else void ours(request, response);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(unusablePort(error, port, host)));
    server.listen(port, host, resolve);
  });
  return server;
}

/** Where a server that listens answers, without a path. */
export function urlOf(host: string, server: Server): string {
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

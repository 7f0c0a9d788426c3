import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createYoga } from 'graphql-yoga';

import type { ForgeContext } from './context.ts';
import { createForge } from './createForge.ts';
import { holdsCredential } from './holdsCredential.ts';

const host = '127.0.0.1';
const subjectHeader = 'x-forge-subject';

export interface ForgeOptions {
  /** 0 takes any free port. */
  readonly port: number;
  /** What a caller has to present as its bearer token. */
  readonly credential: string;
}

export interface RunningForge {
  /** Where the API answers. */
  readonly url: string;
  /** Stops listening and ends open connections. */
  readonly close: () => Promise<void>;
}

/** Serves a new Forge over HTTP on this machine only, to the holder of the credential only. */
export async function startForge({ port, credential }: ForgeOptions): Promise<RunningForge> {
  if (credential === '') throw new TypeError('a forge needs a credential that is not empty');
  const yoga = createYoga<{ req: IncomingMessage }, ForgeContext>({
    schema: createForge().schema,
    context: ({ req }) => ({ subject: subjectOf(req) }),
    graphiql: false,
    landingPage: false,
    cors: false,
    logging: false,
  });
  const server = createServer((request, response) => {
    if (!holdsCredential(request.headers.authorization, credential)) return refuse(response);
    Promise.resolve(yoga(request, response)).catch(() => response.destroy());
  });
  await listen(server, port);
  const { port: taken } = server.address() as AddressInfo;
  return { url: `http://${host}:${taken}/graphql`, close: () => close(server) };
}

function subjectOf({ headers }: IncomingMessage): string | null {
  const subject = headers[subjectHeader];
  return typeof subject === 'string' ? subject : null;
}

function refuse(response: ServerResponse): void {
  const message = 'Forge answers only its service credential. Send it as `Authorization: Bearer ...`.';
  response.writeHead(401, { 'content-type': 'application/json', 'www-authenticate': 'Bearer' });
  response.end(JSON.stringify({ errors: [{ message, extensions: { code: 'UNAUTHENTICATED' } }] }));
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.removeListener('error', reject);
      resolve();
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

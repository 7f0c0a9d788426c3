import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { adopt } from '../lib/children.mjs';
import { root } from '../lib/root.mjs';

const MAIN = join(root, 'packages/server/dist/main.js');
const START_MS = 120_000;
const SCHEMA = `
directive @requiresScopes(scopes: [[String!]!]!) on FIELD_DEFINITION | OBJECT
type Query {
  hello: String @requiresScopes(scopes: [["read"]])
  bye: String @requiresScopes(scopes: [["write"]])
}
`;

/** One for all servers: what they share when they share a database. */
export const ROOT_KEY = `1:${Buffer.alloc(32, 7).toString('base64url')}`;
export const ADMIN_TOKEN = `amba_${'0'.repeat(43)}`;

/** An API that says hello to everybody, and goodbye. */
export async function startHello() {
  const server = createServer((request, response) => {
    request.resume();
    request.on('end', () => response.end('{"data":{"hello":"hi","bye":"so long"}}'));
    response.setHeader('content-type', 'application/json');
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}/graphql`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** A folder with a configuration and a data folder. `more` are lines of YAML. */
export function makeSite(api, more = []) {
  const folder = mkdtempSync(join(tmpdir(), 'ambit-tokens-'));
  writeFileSync(join(folder, 'schema.graphql'), SCHEMA);
  const lines = ['schema: ./schema.graphql', `upstream: { url: "${api.url}" }`, ...more];
  writeFileSync(join(folder, 'ambit.yml'), `${lines.join('\n')}\n`);
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Starts the program and waits until it answers. `end(signal)` resolves when the process is gone. */
export async function startServer({ folder }, env = {}) {
  const child = spawn(process.execPath, [MAIN, '--port', '0'], {
    cwd: folder,
    env: {
      ...process.env,
      AMBIT_DATA: '',
      AMBIT_LOG: 'error',
      AMBIT_ROOT_KEY: ROOT_KEY,
      AMBIT_ADMIN_TOKEN: ADMIN_TOKEN,
      ...env,
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  adopt(child);
  let said = '';
  const gone = new Promise((resolve) => child.once('exit', resolve));
  const url = await new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`a server was not ready in time: ${said}`)), START_MS);
    child.stderr.on('data', (part) => {
      said += String(part);
      const ready = /ready; GraphQL at (\S+)\/graphql/.exec(said)?.[1];
      if (ready === undefined) return;
      clearTimeout(timer);
      resolve(ready);
    });
    gone.then((code) => reject(new Error(`a server ended with ${code}: ${said}`)));
  });
  return {
    url,
    said: () => said,
    end(signal) {
      child.kill(signal);
      return gone;
    },
  };
}

/** Asks the admin API; gives `{ status, body }`. Rejects where the connection breaks. */
export async function admin(url, method, path, body) {
  const answer = await fetch(`${url}/api${path}`, {
    method,
    headers: { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: answer.status, body: await answer.json() };
}

/** Asks the authorization server as a client; gives `{ status, body }`. Rejects where the connection breaks. */
export async function oauthRequest(url, { id, secret }, path, params) {
  const answer = await fetch(`${url}${path}`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}` },
    body: new URLSearchParams(params),
  });
  const text = await answer.text();
  return { status: answer.status, body: text === '' ? undefined : JSON.parse(text) };
}

/** The status with which the gateway answers a token. */
export async function statusOf(url, token) {
  return (await answerOf(url, token, '{ hello }')).status;
}

/** What the gateway answers a token that asks this. */
export async function answerOf(url, token, query) {
  const answer = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query }),
  });
  const { data } = await answer.json();
  return { status: answer.status, data };
}

import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { run } from '../../packages/server/dist/cli/run.js';

const MAIN = fileURLToPath(new URL('../../packages/server/dist/main.js', import.meta.url));
const START_MS = 25_000;

const SCHEMA = `
directive @requiresScopes(scopes: [[String!]!]!) on FIELD_DEFINITION | OBJECT
type Query {
  hello: String @requiresScopes(scopes: [["read"]])
}
`;

/** The credential that the gateway holds for the API; no client and no log may ever see it. */
export const SERVICE_CREDENTIAL = 'service-credential-7f3a';

/** What the API answers unless a test has it answer something else. */
export const HELLO = '{"data":{"hello":"hi"}}';

/** An API that says hello, and what it was asked. */
export interface FakeApi {
  readonly url: string;
  readonly seen: { readonly headers: IncomingHttpHeaders; readonly body: string }[];
  /** How long it takes to answer. */
  delayMs: number;
  /** What it answers, whatever it is asked. */
  answer: string;
  /** Whether it hangs up instead of answering. */
  isAway: boolean;
  /** Folders made for it; removed with it. */
  readonly sites: string[];
  close(): Promise<void>;
}

export async function startFakeApi(): Promise<FakeApi> {
  const seen: { headers: IncomingHttpHeaders; body: string }[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    seen.push({ headers: request.headers, body });
    await new Promise((resolve) => setTimeout(resolve, api.delayMs));
    if (api.isAway) return request.socket.destroy();
    response.writeHead(200, { 'content-type': 'application/json' }).end(api.answer);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const api: FakeApi = {
    url: `http://127.0.0.1:${port}/graphql`,
    seen,
    delayMs: 0,
    answer: HELLO,
    isAway: false,
    sites: [],
    close: async () => {
      server.closeAllConnections();
      server.close();
      for (const site of api.sites) await rm(site, { recursive: true, force: true });
    },
  };
  return api;
}

/** A folder with a configuration and a schema, where a server has been before; the data folder is `.ambit` in it. */
export async function makeSite(api: FakeApi, more = ''): Promise<string> {
  const folder = await makeNewSite(api, more);
  await cp(await usedData(), join(folder, '.ambit'), { recursive: true });
  return folder;
}

/** The same where no server has been. */
export async function makeNewSite(api: FakeApi, more = ''): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'ambit-site-'));
  api.sites.push(folder);
  await writeFile(join(folder, 'schema.graphql'), SCHEMA);
  await writeFile(
    join(folder, 'ambit.yml'),
    [
      'schema: ./schema.graphql',
      'upstream:',
      `  url: ${api.url}`,
      `  headers: { authorization: "Bearer \${SERVICE}" }`,
      '  subjectHeader: x-subject',
      more,
    ].join('\n'),
  );
  return folder;
}

/** A data folder as a first start leaves it: the first site of a run of tests makes it for all. */
async function usedData(): Promise<string> {
  const { AMBIT_TEST_FOLDER: folder } = process.env;
  if (folder === undefined)
    throw new Error('the tests run by vitest.config.ts, which makes a folder for them');
  const kept = join(folder, 'data');
  // Whoever makes this folder makes the other; the rest wait for it.
  const isMine = await mkdir(`${kept}.making`).then(
    () => true,
    () => false,
  ); // prettier-ignore
  if (isMine) await makeUsedData(kept);
  while (!existsSync(kept)) await new Promise((resolve) => setTimeout(resolve, 50));
  return kept;
}

async function makeUsedData(kept: string): Promise<void> {
  const api = await startFakeApi();
  const site = await makeNewSite(api);
  await (await startProcess(site)).stop('SIGTERM');
  await cp(join(site, '.ambit'), `${kept}.making/data`, { recursive: true });
  await rename(`${kept}.making/data`, kept);
  await api.close();
}

export interface ServerProcess {
  readonly url: string;
  readonly process: ChildProcess;
  /** Everything written to stderr so far. */
  readonly log: () => string;
  /** Sends a signal and waits; gives the exit code, or null when the signal ended it. */
  stop(signal: NodeJS.Signals): Promise<number | null>;
}

const environment = (more: NodeJS.ProcessEnv): NodeJS.ProcessEnv => {
  const { AMBIT_PORT: _port, AMBIT_DATA: _data, AMBIT_ROOT_KEY: _key, ...rest } = process.env;
  return { ...rest, SERVICE: SERVICE_CREDENTIAL, ...more };
};

/** Starts the built program on any free port and waits until it says that it is ready. */
export async function startProcess(site: string, env: NodeJS.ProcessEnv = {}): Promise<ServerProcess> {
  const child = spawn(process.execPath, [MAIN, '--port', '0'], {
    cwd: site,
    env: environment({ AMBIT_LOG: 'trace', ...env }),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let text = '';
  child.stderr?.on('data', (chunk) => {
    text += String(chunk);
  });
  const ended = new Promise<number | null>((resolve) => child.on('exit', resolve));
  const url = await new Promise<string>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`not ready in time: ${text}`)), START_MS);
    child.stderr?.on('data', () => {
      const found = /ready; GraphQL at (\S+)\/graphql/.exec(text)?.[1];
      if (found === undefined) return;
      clearTimeout(timer);
      resolve(found);
    });
    void ended.then((code) => reject(new Error(`ended with ${code}: ${text}`)));
  });
  return {
    url,
    process: child,
    log: () => text,
    stop(signal) {
      child.kill(signal);
      return ended;
    },
  };
}

export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a command to its end, by what the program calls once it is up; `program` runs the program itself, which takes
 * a process and two seconds each time.
 */
export async function command(
  site: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<CommandResult> {
  let [stdout, stderr] = ['', ''];
  const code = await run([...args], {
    env: environment(env),
    folder: site,
    out: (line) => {
      stdout += `${line}\n`;
    },
    err: (line) => {
      stderr += `${line}\n`;
    },
    input: async () => undefined,
  });
  return { code, stdout, stderr };
}

/** Runs the program to its end. */
export function program(
  site: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<CommandResult> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [MAIN, ...args],
      { cwd: site, env: environment(env) },
      (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
        resolve({ code, stdout, stderr });
      },
    );
  });
}

/** Asks the gateway for `hello`. */
export function askHello(url: string, token: string | undefined): Promise<Response> {
  return fetch(`${url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    body: '{"query":"{ hello }"}',
  });
}

/** Asks the admin API with the credential of the data folder. */
export async function askAdmin(
  site: string,
  url: string,
  method: string,
  path: string,
  body?: object,
): Promise<Response> {
  const credential = (await readFile(join(site, '.ambit', 'admin.token'), 'utf8')).trim();
  return fetch(`${url}${path}`, {
    method,
    headers: { authorization: `Bearer ${credential}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

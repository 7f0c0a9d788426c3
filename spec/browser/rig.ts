import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { getRequestListener } from '@hono/node-server';
import { Hono } from 'hono';

import { consented, readConsent } from '../../packages/server/src/consent/read.ts';
import { renderConsent } from '../../packages/server/src/consent/render.ts';
import type { Consented, ConsentView } from '../../packages/server/src/consent/view.ts';
import { openLocalFeed } from '../../packages/server/src/feed/feed.ts';
import {
  renderDeviceCode,
  renderDeviceConfirm,
  renderDeviceDone,
} from '../../packages/server/src/pages/device.ts';
import { formTarget } from '../../packages/server/src/pages/headers.ts';
import { openPages, type Pages } from '../../packages/server/src/pages/open.ts';
import { type Reply, Trouble, toSignIn } from '../../packages/server/src/pages/page.ts';
import type { Visit } from '../../packages/server/src/pages/visit.ts';
import type { SignInOptions } from '../../packages/server/src/people/config.ts';
import { type MemoryStore, openMemoryStore } from '../../packages/server/src/store/memory.ts';

/** What was decided on the consent page. */
export type Decided = 'deny' | (Consented & { readonly values: readonly string[] });

/** The pages behind a real HTTP server, with a consent page as an authorization server would show it. */
export interface Rig {
  readonly url: string;
  readonly pages: Pages;
  readonly store: MemoryStore;
  readonly password: string;
  readonly data: string;
  /** What the consent page shows, besides what the visit gives. */
  asked: Pick<ConsentView, 'client' | 'groups' | 'expiresIn' | 'renews'>;
  readonly decided: Decided[];
  /** Where the client waits for its answer: another origin. */
  readonly clientUrl: string;
  /** What pages of the client's origin hold, by path. */
  readonly clientPages: Map<string, string>;
  address: string;
  close(): Promise<void>;
}

const SILENT = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

export async function startRig(signIn?: (ownUrl: string) => SignInOptions, now?: () => Date): Promise<Rig> {
  const data = await mkdtemp(join(tmpdir(), 'ambit-pages-'));
  const store = await openMemoryStore();
  const clientPages = new Map<string, string>();
  const client = await listen((path) => clientPages.get(path) ?? '<title>client</title><h1>back</h1>');
  const app = new Hono();
  const server = await serve((request, env) => app.fetch(request, env));
  const url = urlOf(server);
  const rig: Rig = {
    url,
    store,
    data,
    password: '',
    decided: [],
    clientUrl: urlOf(client),
    clientPages,
    address: '192.0.2.1',
    asked: { client: { name: 'Notes' }, groups: [], expiresIn: 3_600, renews: false },
    pages: undefined as unknown as Pages,
    async close() {
      for (const one of [server, client]) {
        one.closeAllConnections();
        await new Promise((resolve) => one.close(resolve));
      }
      await store.close();
      await rm(data, { recursive: true, force: true });
    },
  };
  const pages = await openPages({
    store,
    feed: await openLocalFeed(store),
    log: SILENT as never,
    data,
    host: '127.0.0.1',
    publicUrl: signIn === undefined ? undefined : url,
    signIn: signIn?.(url),
    addressOf: () => rig.address,
    ...(now === undefined ? {} : { now }),
  });
  for (const { method, path, handle } of [...pages.routes, ...tryRoutes(rig, pages)])
    app.on(method, path, handle);
  const password = (await readFile(join(data, 'admin.password'), 'utf8')).trim();
  return Object.assign(rig, { pages, password });
}

function tryRoutes(rig: Rig, { page }: Pages) {
  const viewFor = ({ signedIn, csrf }: Visit, more: Partial<ConsentView> = {}): ConsentView => ({
    ...rig.asked,
    person: { name: signedIn?.person.name ?? '', subject: signedIn?.person.subject ?? '' },
    formAction: '/try/consent',
    csrf,
    returnTo: '/try/consent',
    ...more,
  });
  const target = formTarget(`${rig.clientUrl}/cb`) ?? '';
  const device = { formAction: '/try/device', hidden: { xsrf: 'x' } };
  return [
    page('GET', '/try/consent', async (visit) => {
      return toSignIn(visit) ?? { page: renderConsent(viewFor(visit)), formTargets: [target] };
    }),
    // The same page, whose policy does not name where the client waits.
    page('GET', '/try/consent-kept', async (visit) => ({ page: renderConsent(viewFor(visit)) })),
    page('POST', '/try/consent', async (visit): Promise<Reply> => {
      const away = toSignIn(visit);
      if (away !== undefined) return away;
      const decision = readConsent(visit.form, viewFor(visit));
      if (decision.decision === 'again')
        return { page: renderConsent(viewFor(visit, decision)), status: 400, formTargets: [target] };
      const { decision: kind } = decision;
      rig.decided.push(
        kind === 'deny' ? 'deny' : { ...consented(decision.values, rig.asked), values: decision.values },
      );
      return { to: '/try/resume' };
    }),
    page('GET', '/try/resume', async () => ({ to: `${rig.clientUrl}/cb?code=c` })),
    page('GET', '/try/device', async () => ({ page: renderDeviceCode(device) })),
    page('GET', '/try/device-wrong', async () => ({
      page: renderDeviceCode({
        ...device,
        userCode: 'WDJB',
        error: 'No device waits with this code. Check it.',
      }),
    })),
    page('GET', '/try/device-confirm', async () => ({
      page: renderDeviceConfirm({
        ...device,
        userCode: 'WDJB-MJHT',
        clientName: 'Television',
        device: [
          { label: 'Asked from', value: '192.0.2.44' },
          { label: 'Says it is', value: 'TV/4.1' },
        ],
        personName: 'admin',
      }),
    })),
    page('GET', '/try/device-done', async () => ({ page: renderDeviceDone(true) })),
    page('GET', '/try/device-refused', async () => ({ page: renderDeviceDone(false) })),
    page('GET', '/try/trouble', async () => {
      throw new Trouble(403, 'The application asked for something that this server does not give.');
    }),
    page('GET', '/try/defect', async () => {
      throw new Error('secret detail of the inside');
    }),
  ];
}

/** Asks as a browser would that has not been here: a cookie jar, redirects by hand. */
export class Jar {
  readonly #cookies = new Map<string, string>();
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  get cookies(): ReadonlyMap<string, string> {
    return this.#cookies;
  }

  set(name: string, value: string): void {
    this.#cookies.set(name, value);
  }

  async get(path: string, headers: Record<string, string> = {}): Promise<Response> {
    return this.#send(path, { headers });
  }

  /** Posts a form with the token of the page at `from`. */
  async post(
    path: string,
    form: Record<string, string>,
    headers: Record<string, string> = {},
    from: string = path,
  ): Promise<Response> {
    const page = await (await this.get(from)).text();
    const csrf = /name="csrf" value="([^"]+)"/.exec(page)?.[1] ?? '';
    return this.#send(path, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
      body: new URLSearchParams({ csrf, ...form }).toString(),
    });
  }

  async #send(path: string, init: RequestInit & { headers: Record<string, string> }): Promise<Response> {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers = { ...init.headers, ...(cookie === '' ? {} : { cookie }) };
    const answer = await fetch(new URL(path, this.#url), { ...init, headers, redirect: 'manual' });
    for (const line of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === '') this.#cookies.delete(name);
      else this.#cookies.set(name, value);
    }
    return answer;
  }
}

/** Signs the built-in administrator in with a password of their own. */
export async function signInAdmin(rig: Rig, jar: Jar, own = OWN_PASSWORD): Promise<void> {
  await jar.post('/sign-in', { name: 'admin', password: rig.password });
  await jar.post('/change-password', { old: rig.password, new: own, again: own });
}

export const OWN_PASSWORD = 'seven quiet herons';

type Fetch = (request: Request, env: never) => Response | Promise<Response>;

function serve(fetch: Fetch): Promise<Server> {
  const server = createServer(getRequestListener(fetch as never));
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

function listen(pageAt: (path: string) => string): Promise<Server> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://client.invalid');
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(pageAt(pathname));
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

function urlOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

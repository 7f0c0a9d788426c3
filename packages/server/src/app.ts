import { type Context, Hono, type MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { auditRoutes } from './api/audit.ts';
import { createAdminGuard, createHostGuard, type Guard, guardOrigin } from './api/guards.ts';
import { leakRoutes } from './api/leaks.ts';
import { narrowedRoutes } from './api/narrowed.ts';
import { openApiRoute } from './api/openapi.ts';
import type { Route } from './api/route.ts';
import { scopeRoutes } from './api/scopes.ts';
import { selfRoutes } from './api/self.ts';
import { tokenRoutes } from './api/tokens.ts';
import type { Authority } from './authority.ts';
import { hasHungUp, isAway, STORE_AWAY } from './away.ts';
import { type AddressOf, clientAddress } from './clientaddress.ts';
import { type ErrorBody, ServerError } from './errors.ts';
import type { Grantable } from './grantable.ts';
import type { VerifyReport } from './leaks/github.ts';
import type { Log } from './log.ts';
import type { Clients } from './oauth/clients.ts';
import type { OAuth } from './oauth/oauth.ts';
import { OAUTH_PATHS } from './oauth/paths.ts';
import { clientRoutes } from './oauth/routes.ts';
import type { Pages } from './pages/open.ts';
import { personRoutes } from './people/api.ts';
import { hasEncodedControl } from './plain-text.ts';
import { hasPlainTarget } from './target.ts';

const ADMIN_BODY_BYTES = 256 * 1024;

const CHALLENGES: Readonly<Record<string, string>> = {
  ADMIN_REQUIRED: 'Bearer realm="ambit-admin"',
  TOKEN_REQUIRED: 'Bearer error="invalid_token"',
};

export interface AppParts {
  readonly authority: Authority;
  readonly gateway: (request: Request, address: string | undefined) => Promise<Response>;
  readonly isAdmin: (presented: string) => boolean;
  /** Where requests come from. */
  readonly addressOf: AddressOf;
  /** Rejects when the server cannot do its work. */
  readonly ready: () => Promise<void>;
  readonly host: string;
  /** The authorization server, where there is one. */
  readonly oauth?: OAuthRoutes | undefined;
  /** People and their pages; without them nobody signs in. */
  readonly pages?: Pick<Pages, 'people' | 'routes'>;
  /** What a token can be given. */
  readonly grantable?: readonly Grantable[] | undefined;
  /** Tells whether GitHub signed what it reports; without it GitHub is not heard. */
  readonly github?: VerifyReport | undefined;
  readonly log: Log;
}

/** What of the authorization server has routes of its own. */
export interface OAuthRoutes {
  readonly clients: Clients;
  readonly oauth: Pick<OAuth, 'routes'>;
}

/** The server as one function of a request. Every error but the gateway's own is JSON: `{ error: { code, message } }`. */
export function createApp(parts: AppParts): Hono {
  const app = new Hono();
  app.use(async (context, next) => {
    if (hasEncodedControl(context.req.url))
      throw new ServerError('INPUT_INVALID', 'The address has a control character in it.');
    if (!hasPlainTarget(context))
      throw new ServerError(
        'INPUT_INVALID',
        'The path can be read in more than one way.',
        'Write it without the segments `.` and `..`, a backslash, `%2f` and `%5c`, and without escapes of letters and digits.',
      );
    await next();
  });
  const table = routes(parts);
  for (const route of table) app.on(route.method, route.path, guarded(route), route.handle);
  for (const path of new Set(table.map((route) => route.path))) {
    const allow = table.filter((route) => route.path === path).map((route) => route.method);
    app.all(path, (context) =>
      errorAnswer(context, wrongMethod(allow.join(', ')), { allow: allow.join(', ') }),
    );
  }
  app.notFound((context) => errorAnswer(context, unknownPath(table, parts, context.req.path)));
  app.onError((error, context) => errorAnswer(context, asServerError(error, parts.log)));
  return app;
}

function describedRoutes(parts: AppParts, admin: readonly Guard[]): readonly Route[] {
  const { authority, oauth, pages, github, grantable = [] } = parts;
  return [
    ...tokenRoutes(authority, admin),
    ...narrowedRoutes(authority, admin),
    ...scopeRoutes(grantable, admin),
    ...auditRoutes(authority, admin),
    ...(oauth === undefined ? [] : clientRoutes(oauth.clients, admin)),
    ...(pages === undefined ? [] : personRoutes(pages.people, admin)),
    ...selfRoutes(authority, parts.addressOf),
    ...leakRoutes(parts, github),
  ];
}

function routes(parts: AppParts): readonly Route[] {
  const { gateway, isAdmin, addressOf, ready, host, oauth, pages } = parts;
  const near = [createHostGuard(host), guardOrigin];
  const described = describedRoutes(parts, [...near, createAdminGuard(isAdmin)]);
  return [
    {
      method: 'POST',
      path: '/graphql',
      guards: [],
      handle: (c) => gateway(c.req.raw, clientAddress(c, addressOf)),
    },
    { method: 'GET', path: '/healthz', guards: [], handle: async (c) => c.json({ status: 'ok' }) },
    { method: 'GET', path: '/readyz', guards: [], handle: (c) => readiness(c, ready) },
    ...described,
    openApiRoute(described, near),
    ...(oauth?.oauth.routes ?? []),
    ...(pages?.routes ?? []),
  ];
}

// The gateway has limits of its own; what is described is the admin API, or belongs to it.
function guarded({ guards, described }: Route): MiddlewareHandler {
  const limit = bodyLimit({ maxSize: ADMIN_BODY_BYTES, onError: () => throwTooLarge() });
  return (context, next) => {
    for (const guard of guards) guard(context.req.raw);
    return guards.length === 0 && described === undefined ? next() : limit(context, next);
  };
}

async function readiness(context: Context, ready: () => Promise<void>): Promise<Response> {
  try {
    await ready();
    return context.json({ status: 'ready' });
  } catch {
    return context.json({ status: 'not ready' }, 503);
  }
}

function errorAnswer(context: Context, error: ServerError, headers: Record<string, string> = {}): Response {
  const { code, message, suggestion, status } = error;
  const body: ErrorBody = { error: { code, message, ...(suggestion === undefined ? {} : { suggestion }) } };
  const challenge = status === 401 ? { 'www-authenticate': CHALLENGES[code] ?? 'Bearer' } : {};
  return context.json(body, status, {
    'cache-control': 'no-store',
    ...challenge,
    ...error.headers,
    ...headers,
  });
}

// Only our own sentences go out; what else was thrown may hold anything.
function asServerError(error: Error, log: Log): ServerError {
  if (isAway(error)) {
    // Where the store is, and who we are there, is for whoever reads the log.
    log.error({ reason: error.message }, 'the store does not answer');
    return new ServerError('STORE_UNREACHABLE', STORE_AWAY);
  }
  if (error instanceof ServerError) return error;
  if (hasHungUp(error)) return new ServerError('INPUT_INVALID', 'The body broke off.');
  log.error({ reason: error.message }, 'a request failed by a defect of ours');
  return new ServerError('INTERNAL', 'The server failed on this request; the reason is in its log.');
}

function throwTooLarge(): never {
  throw new ServerError(
    'BODY_TOO_LARGE',
    `The body may have at most ${ADMIN_BODY_BYTES} bytes; this one has more.`,
  );
}

function wrongMethod(allowed: string): ServerError {
  return new ServerError('METHOD_NOT_ALLOWED', `This path takes only ${allowed}.`);
}

function unknownPath(table: readonly Route[], { oauth }: AppParts, path: string): ServerError {
  if (oauth === undefined && /^\/(api\/clients|oauth)(\/|$)/.test(path))
    return new ServerError(
      'NOT_FOUND',
      'This server has no `oauth` in its configuration.',
      'Add to it: oauth: { issuer: "https://..." }',
    );
  const theirs = oauth === undefined ? [] : OAUTH_PATHS;
  const paths = [...new Set([...table.map((route) => route.path), ...theirs])];
  return new ServerError('NOT_FOUND', 'There is nothing at this path.', `There are ${paths.join(', ')}.`);
}

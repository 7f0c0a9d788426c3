import type ProviderType from 'oidc-provider';
import type { KoaContextWithOIDC } from 'oidc-provider';

import type { FindPerson } from './device-door.ts';

const PLACES = /^\/oauth\/(authorize|device)(\/|$)/;

/** What a browser holds of the library's own session. */
export const SESSION_COOKIE = 'ambit_oauth';

/** What the library remembers of a browser. */
interface BrowserSession {
  readonly accountId?: string;
  readonly state?: object;
  destroy(): Promise<void>;
}

/**
 * The library's session of the browser that sends a request for a page of the authorization server, once it is sure that
 * it belongs to whoever is signed in now. One of somebody else, who signed out or in whose place somebody else signed
 * in, is ended and its cookie is taken out of the request, so that the library begins a new one.
 */
export async function ownSession(
  provider: ProviderType,
  ctx: KoaContextWithOIDC,
  findPerson: FindPerson,
): Promise<BrowserSession | undefined> {
  const { headers } = ctx.req;
  if (!PLACES.test(ctx.path) || !(headers.cookie ?? '').includes(`${SESSION_COOKIE}=`)) return undefined;
  const session = (await provider.Session.get(ctx)) as BrowserSession;
  if (session.accountId === undefined) return session;
  const person = await findPerson(headers.cookie);
  if (person?.subject === session.accountId) return session;
  await session.destroy();
  headers.cookie = withoutSession(headers.cookie ?? '');
  return undefined;
}

function withoutSession(cookies: string): string {
  const pairs = cookies.split(';').map((pair) => pair.trim());
  return pairs.filter((pair) => !new RegExp(`^${SESSION_COOKIE}(\\.sig)?=`).test(pair)).join('; ');
}

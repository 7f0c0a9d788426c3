import { createHostGuard, type Guard } from '../api/guards.ts';
import type { Route } from '../api/route.ts';
import { hasHungUp, isAway, STORE_AWAY } from '../away.ts';
import { ServerError } from '../errors.ts';
import type { Log } from '../log.ts';
import { isCsrfToken } from '../people/signins.ts';
import { readForm } from './form.ts';
import { pageHeaders } from './headers.ts';
import type { Html } from './layout.ts';
import { renderTrouble } from './trouble.ts';
import { openVisit, type Visit, type VisitParts } from './visit.ts';

/** What a page answers: itself, or where to go. */
export type Reply =
  | {
      readonly page: Html;
      readonly status?: 200 | 400 | 401 | 403 | 429 | undefined;
      /** Where its forms may lead besides this server; see `formTarget`. */
      readonly formTargets?: readonly string[];
    }
  | { readonly to: string };

/** Something that ends a visit with a sentence for the person. */
export class Trouble extends Error {
  override readonly name = 'Trouble';
  readonly status: 400 | 403 | 404 | 413 | 503;

  constructor(status: Trouble['status'], sentence: string) {
    super(sentence);
    this.status = status;
  }
}

export interface PagerParts extends VisitParts {
  /** Names under which the pages answer, besides those of this machine. */
  readonly hosts: readonly string[];
  readonly log: Log;
}

export type Pager = (method: 'GET' | 'POST', path: string, handle: (visit: Visit) => Promise<Reply>) => Route;

const BROKEN_OFF: Pick<Trouble, 'status' | 'message'> = { status: 400, message: 'What was sent broke off.' };
/** How long nothing more is written of forms that come from elsewhere. */
const QUIET_MS = 600_000;
const OLD_FORM =
  'This form is too old, or was not made for this browser. Go back, load the page again and retry.';

/**
 * Makes routes out of pages. Before a handler runs: the request is for a name of ours; what is posted comes from a page
 * of ours, in the same browser. Whatever is thrown becomes a page that says only what people may know.
 */
export function createPager(parts: PagerParts): Pager {
  const guards = parts.hosts.map(createHostGuard);
  let quietUntil = 0;
  // Seldom, and without what was sent: anybody can send it.
  const onForeign = (): void => {
    if (Date.now() < quietUntil) return;
    quietUntil = Date.now() + QUIET_MS;
    parts.log.warn(
      {},
      'a form was refused, since its Origin names another host than Host does: it is of another site, or a proxy in front does not send the Host of `publicUrl`',
    );
  };
  return (method, path, handle) => ({
    method,
    path,
    guards: [],
    async handle(context) {
      try {
        refuseOtherHosts(guards, context.req.raw);
        const posted = method === 'POST' ? await postedBy(context.req.raw, onForeign) : new URLSearchParams();
        const visit = await openVisit(parts, context, posted);
        if (method === 'POST' && !isCsrfToken(posted.get('csrf'), visit.secret))
          throw new Trouble(403, OLD_FORM);
        return await answer(await handle(visit), visit.sending);
      } catch (error) {
        return await troubleAnswer(error, parts.log);
      }
    },
  });
}

/** The answer that a reply stands for. */
async function answer(reply: Reply, cookies: readonly string[]): Promise<Response> {
  const headers = new Headers('to' in reply ? {} : pageHeaders(reply.formTargets));
  for (const cookie of cookies) headers.append('set-cookie', cookie);
  if (!('to' in reply)) return new Response(await reply.page, { status: reply.status ?? 200, headers });
  for (const [name, value] of Object.entries(pageHeaders()))
    if (name !== 'content-type' && name !== 'content-security-policy') headers.set(name, value);
  headers.set('location', reply.to);
  return new Response(null, { status: 303, headers });
}

function refuseOtherHosts(guards: readonly Guard[], request: Request): void {
  const lets = (guard: Guard): boolean => {
    try {
      guard(request);
      return true;
    } catch {
      return false;
    }
  };
  if (!guards.some(lets))
    throw new Trouble(403, 'This server is not known by the name under which you called it.');
}

/**
 * What was posted, if a page of ours sent it. A browser that says where a request comes from is believed; one that does
 * not (plain http) leaves it to the form's token. `Origin: null` is what our own pages send, which give no referrer
 * (Fetch, 3.2).
 */
async function postedBy(request: Request, onForeign: () => void): Promise<URLSearchParams> {
  const { headers } = request;
  const site = headers.get('sec-fetch-site');
  const origin = headers.get('origin');
  const isOwnOrigin =
    origin === null || origin === 'null' || hostOf(origin) === hostOf(`http://${headers.get('host')}`);
  if (!isOwnOrigin) onForeign();
  if (!isOwnOrigin || (site !== null && site !== 'same-origin')) throw new Trouble(403, OLD_FORM);
  const form = await readForm(request);
  if (form === 'too large')
    throw new Trouble(413, 'The form that was sent is larger than any of this server.');
  if (form === undefined) throw new Trouble(400, 'What was sent is no form of this server.');
  return form;
}

// Behind a proxy that speaks https, the scheme here is another one; the name and the port are the same.
function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}

async function troubleAnswer(error: unknown, log: Log): Promise<Response> {
  if (isAway(error)) {
    log.error({ reason: reasonOf(error) }, 'the store does not answer');
    const page = renderTrouble('This did not work', STORE_AWAY);
    return new Response(await page, { status: 503, headers: pageHeaders() });
  }
  const trouble = error instanceof Trouble ? error : hasHungUp(error) ? BROKEN_OFF : undefined;
  if (trouble === undefined) log.error({ reason: reasonOf(error) }, 'a page failed by a defect of ours');
  const sentence = trouble?.message ?? 'The server failed on this page. The reason is in its log.';
  const page = renderTrouble(trouble === undefined ? 'This did not work' : 'This cannot be done', sentence);
  return new Response(await page, { status: trouble?.status ?? 500, headers: pageHeaders() });
}

function reasonOf(error: unknown): string {
  if (error instanceof ServerError) return `${error.code}: ${error.message}`;
  return error instanceof Error ? error.message : String(error);
}

/** Where a visitor has to go first: nobody sees a page for people who is not signed in with a password of their own. */
export function toSignIn(visit: Visit): Reply | undefined {
  const back = encodeURIComponent(visit.path);
  if (visit.signedIn === undefined) return { to: `/sign-in?return=${back}` };
  if (visit.signedIn.person.mustChangePassword) return { to: `/change-password?return=${back}` };
  return undefined;
}

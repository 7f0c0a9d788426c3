import type { Context } from 'hono';

import type { Route } from '../api/route.ts';
import type { Feed } from '../feed/feed.ts';
import type { Log } from '../log.ts';
import { ensureAdministrator, forgetFirstPassword } from '../people/administrator.ts';
import { arrive } from '../people/arrivals.ts';
import type { SignInOptions } from '../people/config.ts';
import { createElsewhere } from '../people/elsewhere.ts';
import { createPasswords } from '../people/password.ts';
import { createPeople, type People } from '../people/people.ts';
import { checkPassword } from '../people/signin.ts';
import { createSignIns, type SignIns } from '../people/signins.ts';
import { createThrottle } from '../people/throttle.ts';
import type { StoredPerson } from '../store/people.ts';
import type { Store } from '../store/store.ts';
import { elsewherePages } from './elsewhere.ts';
import { createPager, type Pager } from './page.ts';
import { peoplePages } from './people.ts';
import { type Cookies, cookiesOf, createCookies } from './visit.ts';

export interface PagesParts {
  readonly store: Store;
  readonly feed: Feed;
  readonly log: Log;
  /** The data folder, which gets the first password. */
  readonly data: string;
  /** The address on which the server listens, and under which people reach it. */
  readonly host: string;
  readonly publicUrl: string | undefined;
  readonly signIn: SignInOptions | undefined;
  /** Set where people grant anything to applications. */
  readonly oauth?: object | undefined;
  readonly addressOf: (context: Context) => string;
  readonly now?: () => Date;
}

/** People, and the pages that they see. */
export interface Pages {
  readonly people: People;
  readonly signIns: SignIns;
  readonly cookies: Cookies;
  /** Who is signed in to the browser that sends these cookies. */
  readonly findPerson: (cookies: string | undefined) => Promise<StoredPerson | undefined>;
  /** Makes more pages of the same kind. */
  readonly page: Pager;
  readonly routes: readonly Route[];
  /** Where the administrator's first password is, until it is changed. */
  readonly firstPassword: string | undefined;
}

/** Opens what people need to sign in; makes the built-in administrator on the first start. */
export async function openPages(parts: PagesParts): Promise<Pages> {
  const { store, feed, log, data, host, publicUrl, addressOf, now = () => new Date() } = parts;
  const passwords = await createPasswords();
  const throttle = createThrottle();
  const firstPassword = await ensureAdministrator(store, passwords, data, now());
  const onReset = async (name: string): Promise<void> => {
    await throttle.forget(name);
    await forgetFirstPassword(name, data);
  };
  const people = createPeople({ store, feed, passwords, onReset, now });
  const signIns = createSignIns(store, now);
  const cookies = createCookies(publicUrl?.startsWith('https:') ?? false);
  const hosts = [host, ...(publicUrl === undefined ? [] : [new URL(publicUrl).hostname])];
  const page = createPager({ cookies, signIns, addressOf, hosts, log });
  const shared = { page, cookies, signIns, log };
  const routes = [
    ...peoplePages({
      ...shared,
      people,
      checkPassword: (attempt) => checkPassword({ store, passwords, throttle, log, now }, attempt),
      onChanged: ({ name }) => forgetFirstPassword(name, data),
      elsewhere: parts.signIn?.name,
      hasGrants: parts.oauth !== undefined,
    }),
    ...elsewhereRoutes(parts, shared, now),
  ];
  const findPerson: Pages['findPerson'] = async (header) =>
    (await signIns.find(cookiesOf(header).get(cookies.signIn)))?.person;
  return { people, signIns, cookies, findPerson, page, routes, firstPassword };
}

function elsewhereRoutes(
  { signIn, publicUrl, store }: PagesParts,
  shared: { page: Pager; cookies: Cookies; signIns: SignIns; log: Log },
  now: () => Date,
): readonly Route[] {
  if (signIn === undefined || publicUrl === undefined) return [];
  return elsewherePages({
    ...shared,
    elsewhere: createElsewhere(signIn, publicUrl),
    arrive: (claims) => arrive(store, signIn, claims, now()),
  });
}

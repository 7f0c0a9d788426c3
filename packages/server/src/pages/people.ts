import type { Route } from '../api/route.ts';
import type { People } from '../people/people.ts';
import { browserMark } from '../people/person.ts';
import { returnPath } from '../people/returnto.ts';
import type { PasswordAttempt, PasswordOutcome } from '../people/signin.ts';
import { SIGN_IN_MS, type SignIns } from '../people/signins.ts';
import type { StoredPerson } from '../store/people.ts';
import { renderChangePassword } from './change-password.ts';
import { lasting } from './lasting.ts';
import { type Pager, type Reply, Trouble } from './page.ts';
import { renderAccount, renderSignedOut, renderSignIn } from './sign-in.ts';
import type { Cookies, Visit } from './visit.ts';

const HOME = '/account';

export interface PeoplePagesParts {
  readonly page: Pager;
  readonly cookies: Cookies;
  readonly people: Pick<People, 'changePassword'>;
  readonly signIns: SignIns;
  readonly checkPassword: (attempt: PasswordAttempt) => Promise<PasswordOutcome>;
  /** Called once a person has a password of their own. */
  readonly onChanged: (person: StoredPerson) => Promise<void>;
  /** What another issuer is called, where there is one. */
  readonly elsewhere: string | undefined;
  /** Whether there is a page about applications. */
  readonly hasGrants: boolean;
}

/** Signing in with a password, changing it, signing out. */
export function peoplePages(parts: PeoplePagesParts): readonly Route[] {
  const { page } = parts;
  return [
    page('GET', '/sign-in', async (visit) => showSignIn(parts, visit)),
    page('POST', '/sign-in', (visit) => signIn(parts, visit)),
    page('GET', '/change-password', async (visit) => showChange(visit)),
    page('POST', '/change-password', (visit) => change(parts, visit)),
    page('POST', '/sign-out', (visit) => signOut(parts, visit)),
    page('GET', '/signed-out', async () => ({ page: renderSignedOut() })),
    page('GET', HOME, async (visit) => account(parts, visit)),
  ];
}

function showSignIn({ elsewhere }: PeoplePagesParts, { signedIn, query, csrf }: Visit): Reply {
  const returnTo = returnPath(query.get('return'), HOME);
  if (signedIn !== undefined) return { to: afterwards(signedIn.person, returnTo) };
  return { page: renderSignIn({ csrf, returnTo, elsewhere }) };
}

async function signIn(parts: PeoplePagesParts, visit: Visit): Promise<Reply> {
  const { checkPassword, elsewhere } = parts;
  const returnTo = returnPath(visit.form.get('return'), HOME);
  const name = visit.form.get('name') ?? '';
  const outcome = await checkPassword(typedBy(parts, visit, name, visit.form.get('password')));
  if (outcome.kind === 'signed-in') {
    await beginSignIn(parts, visit, outcome.person);
    return { to: afterwards(outcome.person, returnTo) };
  }
  const error =
    outcome.kind === 'wait'
      ? waitSentence(outcome.seconds)
      : 'Name and password do not belong together. Check both and try again.';
  return {
    page: renderSignIn({ csrf: visit.csrf, returnTo, name, error, elsewhere }),
    status: outcome.kind === 'wait' ? 429 : 401,
  };
}

function typedBy(
  { cookies }: PeoplePagesParts,
  visit: Visit,
  name: string,
  password: string | null,
): PasswordAttempt {
  const browserMark = visit.cookie(cookies.browser);
  return { name, password: password ?? '', address: visit.address, browserMark };
}

function waitSentence(seconds: number): string {
  return `There were too many tries. Wait ${lasting(seconds)}, then try again.`;
}

/** Signs a person in to the browser of a visit, under a new secret. */
export async function beginSignIn(
  { cookies, signIns }: Pick<PeoplePagesParts, 'cookies' | 'signIns'>,
  visit: Visit,
  person: StoredPerson,
): Promise<void> {
  const secret = await signIns.begin(person, visit.cookie(cookies.signIn));
  if (secret === undefined) throw new Trouble(403, 'Your account was changed at this moment. Sign in again.');
  visit.sending.push(
    cookies.set(cookies.signIn, secret, SIGN_IN_MS / 1000),
    cookies.set(cookies.form, undefined),
    ...(person.passwordHash === undefined ? [] : [cookies.set(cookies.browser, browserMark(person))]),
  );
}

/** Where a person goes once signed in: a password that somebody else made is changed first. */
export function afterwards({ mustChangePassword }: StoredPerson, returnTo: string): string {
  return mustChangePassword ? `/change-password?return=${encodeURIComponent(returnTo)}` : returnTo;
}

function showChange({ signedIn, query, csrf }: Visit): Reply {
  const returnTo = returnPath(query.get('return'), HOME);
  if (signedIn === undefined) return { to: `/sign-in?return=${encodeURIComponent(returnTo)}` };
  const { name, mustChangePassword, issuer } = signedIn.person;
  if (issuer !== undefined) return { to: HOME };
  return { page: renderChangePassword({ csrf, returnTo, name, isForced: mustChangePassword }) };
}

async function change(parts: PeoplePagesParts, visit: Visit): Promise<Reply> {
  const { form, signedIn, csrf } = visit;
  const returnTo = returnPath(form.get('return'), HOME);
  const person = signedIn?.person;
  if (person === undefined) return { to: `/sign-in?return=${encodeURIComponent(returnTo)}` };
  if (person.issuer !== undefined) return { to: HOME };
  const again = (field: 'old' | 'new' | 'again', sentence: string): Reply => ({
    page: renderChangePassword({
      csrf,
      returnTo,
      name: person.name,
      isForced: person.mustChangePassword,
      error: { field, sentence },
    }),
    status: 400,
  });
  const chosen = form.get('new') ?? '';
  if (form.get('again') !== chosen) return again('again', 'The two new passwords are not the same.');
  const present = await parts.checkPassword(typedBy(parts, visit, person.name, form.get('old')));
  if (present.kind === 'wait') return again('old', waitSentence(present.seconds));
  if (present.kind === 'refused') return again('old', 'The present password is not right.');
  const changed = await parts.people.changePassword(present.person, chosen);
  if (changed.kind === 'refused') return again('new', changed.sentence);
  await parts.onChanged(person);
  await beginSignIn(parts, visit, changed.person);
  return { to: returnTo === HOME ? `${HOME}?changed=password` : returnTo };
}

async function signOut({ cookies, signIns }: PeoplePagesParts, visit: Visit): Promise<Reply> {
  await signIns.end(visit.cookie(cookies.signIn));
  visit.sending.push(cookies.set(cookies.signIn, undefined));
  const returnTo = returnPath(visit.form.get('return'), '');
  return { to: returnTo === '' ? '/signed-out' : `/sign-in?return=${encodeURIComponent(returnTo)}` };
}

function account({ hasGrants }: PeoplePagesParts, { signedIn, csrf, query }: Visit): Reply {
  if (signedIn === undefined) return { to: '/sign-in' };
  const { name, subject, isAdmin, issuer, mustChangePassword } = signedIn.person;
  if (mustChangePassword) return { to: '/change-password' };
  return {
    page: renderAccount({
      csrf,
      name,
      subject,
      isAdmin,
      issuer,
      hasGrants,
      changed: query.get('changed') === 'password',
    }),
  };
}

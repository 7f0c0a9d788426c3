import type { GranularGrant } from 'ambit';

import type { Route } from '../api/route.ts';
import type { Words } from '../consent/describe.ts';
import { consentGroups } from '../consent/groups.ts';
import type { Feed } from '../feed/feed.ts';
import type { Narrow } from '../narrow.ts';
import { type GrantView, renderGrants } from '../pages/grants.ts';
import { type Pager, type Reply, toSignIn } from '../pages/page.ts';
import type { Visit } from '../pages/visit.ts';
import type { Store } from '../store/store.ts';
import type { ScopeDescriptions } from './config.ts';
import { grantedOf } from './details.ts';
import { hashOf } from './opaque.ts';

const PATH = '/account/grants';

export interface GrantedParts {
  readonly store: Store;
  readonly feed: Feed;
  readonly narrow: Narrow;
  readonly words: Words;
  readonly scopes: ScopeDescriptions;
  readonly page: Pager;
  readonly now: () => Date;
}

/** One grant of a person that something still lives of. */
interface Granted {
  readonly id: string;
  readonly clientId: string;
  readonly clientName: string;
  readonly since: Date;
  readonly until: Date;
  /** What of it its client may still have. */
  readonly held: { readonly scopes: readonly string[]; readonly granular: readonly GranularGrant[] };
}

/** Where people see what they allowed applications, and end it. */
export function grantedRoutes(parts: GrantedParts): readonly Route[] {
  return [
    parts.page('GET', PATH, async (visit) => toSignIn(visit) ?? show(visit, parts)),
    parts.page('POST', PATH, async (visit) => toSignIn(visit) ?? end(visit, parts)),
  ];
}

async function show(visit: Visit, parts: GrantedParts): Promise<Reply> {
  const grants = await grantsOf(subjectOf(visit), parts);
  return {
    page: renderGrants({
      csrf: visit.csrf,
      formAction: PATH,
      grants: grants.map((grant) => viewOf(grant, parts)),
      ended: visit.query.has('ended'),
    }),
  };
}

function viewOf({ id, held, ...grant }: Granted, { words, scopes }: GrantedParts): GrantView {
  const scopeDescriptions = Object.fromEntries(
    Object.entries(scopes).map(([scope, { description }]) => [scope, description]),
  );
  return { ...grant, ref: hashOf(id), groups: consentGroups({ words, scopeDescriptions }, held) };
}

async function end(visit: Visit, parts: GrantedParts): Promise<Reply> {
  const { store, feed, now } = parts;
  const subject = subjectOf(visit);
  const grants = await grantsOf(subject, parts);
  // Only what is theirs is looked through: a grant of somebody else is as unknown as one that never was.
  const grant = grants.find(({ id }) => hashOf(id) === visit.form.get('grant'));
  if (grant === undefined) return { to: PATH };
  const at = now();
  await store
    .write(async (unit) => {
      await unit.oauth.removeOfGrant(grant.id);
      await unit.oauth.remove('Grant', hashOf(grant.id));
      await unit.changes.add('grant', hashOf(grant.id), at);
      await unit.audit.add({
        at,
        action: 'grant.revoked',
        actor: subject,
        client: grant.clientId,
        subject,
        details: { ...grant.held },
      });
    })
    .finally(() => feed.catchUp());
  return { to: `${PATH}?ended` };
}

function subjectOf({ signedIn }: Visit): string {
  if (signedIn === undefined) throw new TypeError('nobody is signed in');
  return signedIn.person.subject;
}

async function grantsOf(subject: string, parts: GrantedParts): Promise<readonly Granted[]> {
  const ids = await parts.store.oauth.livingGrants(subject, parts.now());
  const found = await Promise.all(ids.map((id) => grantOf(id, subject, parts)));
  return found
    .flatMap((grant) => grant ?? [])
    .sort((one, other) => other.since.getTime() - one.since.getTime() || (one.id < other.id ? -1 : 1));
}

async function grantOf(
  id: string,
  subject: string,
  { store, narrow, now }: GrantedParts,
): Promise<Granted | undefined> {
  const record = await store.oauth.find(['Grant'], 'idHash', hashOf(id));
  const { accountId, clientId, iat, resources, rar } = (record?.payload ?? {}) as Readonly<
    Record<string, unknown>
  >;
  // One with a parent came of an exchange: nobody was asked for it, and it ends with that token.
  if (record?.expiresAt === undefined || record.parent !== undefined || accountId !== subject)
    return undefined;
  const client = await store.clients.find(String(clientId));
  if (client === undefined || client.disabledAt !== undefined || record.expiresAt <= now()) return undefined;
  const { scopes = [], granular = [] } = narrow(client.ceiling, {
    scopes: scopesOf(resources),
    granular: grantedOf(rar),
  }).grants;
  return {
    id,
    clientId: client.id,
    clientName: client.name,
    since: new Date(Number(iat) * 1_000),
    until: record.expiresAt,
    held: { scopes, granular },
  };
}

function scopesOf(resources: unknown): readonly string[] {
  const texts = Object.values((resources ?? {}) as Readonly<Record<string, unknown>>);
  const all = texts.flatMap((text) => (typeof text === 'string' ? text.split(' ') : []));
  return [...new Set(all)].filter((scope) => scope !== '');
}

import { createHash } from 'node:crypto';

import type { Dice } from '../../differential/dice.ts';
import { Browser, boxesOf } from '../oauth/browser.ts';
import { type Asked, anything, someOf } from './asks.ts';
import { type Client, type Consent, endOf, type Source } from './family.ts';
import { refused, revokeAt } from './personal.ts';
import { BACK, born, enable, oneOf, type World } from './world.ts';

/** What clients and people do at the authorization server. Each gives whether something happened. */

const ACCESS = 'urn:ietf:params:oauth:token-type:access_token';
const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';

interface Issued {
  readonly access_token: string;
  readonly refresh_token?: string;
}

const detailsOf = ({ granular }: Asked): readonly object[] =>
  granular.map((one) => ({ type: 'graphql', ...one }));

function paramsOf(asked: Asked): Record<string, string> {
  return {
    ...(asked.scopes.length === 0 ? {} : { scope: asked.scopes.join(' ') }),
    ...(asked.granular.length === 0 ? {} : { authorization_details: JSON.stringify(detailsOf(asked)) }),
  };
}

const subjectOf = ({ subject }: Client): readonly Source[] => (subject === undefined ? [] : [subject]);

async function tokenOf(
  world: World,
  client: Client,
  how: string,
  params: Record<string, string>,
): Promise<Issued | undefined> {
  const answer = await world.site.token(client, params);
  const body = (await answer.json()) as Issued & { readonly error?: string };
  if (answer.status === 200) return body;
  world.told.push(`${how}: ${body.error}`);
  return undefined;
}

export async function credentials(world: World, dice: Dice): Promise<boolean> {
  const client = oneOf(dice, world.clients);
  if (client === undefined) return false;
  const asked = someOf(dice, client.ceiling);
  const how = `credentials of ${client.name} for ${JSON.stringify(asked)}`;
  const params = { grant_type: 'client_credentials', ...paramsOf(asked) };
  const issued = await tokenOf(world, client, how, params);
  if (issued === undefined) return false;
  born(world, how, {
    kind: 'access',
    token: issued.access_token,
    client,
    parents: [client, ...subjectOf(client)],
    limits: [asked],
  });
  return true;
}

export async function consent(world: World, dice: Dice): Promise<boolean> {
  const client = oneOf(dice, world.clients);
  const person = oneOf(dice, world.people);
  if (client === undefined || person === undefined) return false;
  const asked = someOf(dice, client.ceiling);
  const verifier = Buffer.from(String(dice.roll()).padEnd(64, 'x')).toString('base64url');
  const url = new URL(`${world.site.issuer}/oauth/authorize`);
  const challenge = createHash('sha256').update(verifier).digest('base64url');
  url.search = String(
    new URLSearchParams({
      ...{ response_type: 'code', client_id: client.id, redirect_uri: BACK, ...paramsOf(asked) },
      ...{ code_challenge: challenge, code_challenge_method: 'S256' },
    }),
  );
  const ticked = await tick(world, dice, person.name, url.href);
  if (ticked === undefined) return false;
  const how = `consent of ${person.name} to ${client.name}: ${JSON.stringify(ticked.granted)}`;
  const issued = await tokenOf(world, client, how, {
    ...{ grant_type: 'authorization_code', code: ticked.code, redirect_uri: BACK, code_verifier: verifier },
  });
  if (issued === undefined) return false;
  const name = `consent ${world.consents.length + 1}`;
  const { granted } = ticked;
  const made: Consent = {
    ...{ name, client, granted, parents: [client, person], limits: [granted] },
    ...{ refresh: issued.refresh_token ?? '', used: [] },
  };
  world.consents.push(made);
  born(world, how, { kind: 'access', token: issued.access_token, client, parents: [made], limits: [] });
  return true;
}

async function tick(
  world: World,
  dice: Dice,
  person: string,
  url: string,
): Promise<{ readonly code: string; readonly granted: Asked } | undefined> {
  const browser = await Browser.of(world.site, person);
  const page = await browser.follow(url);
  const boxes = boxesOf(await page.answer.text());
  if (boxes.length === 0) return undefined;
  const some = dice.some(boxes, dice.pick([0.4, 0.8, 1]));
  const ticked = some.length === 0 ? boxes.slice(0, 1) : some;
  const form = new URLSearchParams({ csrf: browser.csrf, decision: 'allow' });
  for (const value of ticked) form.append('grant', value);
  const answer = await browser.go(page.url, form);
  const to = answer.headers.get('location');
  if (to === null) throw new Error(`${answer.status} ${await answer.text()}`);
  const back = await browser.follow(new URL(to, page.url).href);
  return { code: new URL(back.url).searchParams.get('code') ?? '', granted: grantedBy(ticked) };
}

/** What ticked boxes stand for: `scope NAME`, or `permission NAME BOUNDARY`. */
function grantedBy(ticked: readonly string[]): Asked {
  const parts = ticked.map((value) => /^(scope|permission) (\S+) ?(.*)$/.exec(value) ?? []);
  return {
    scopes: parts.flatMap(([, kind, name = '']) => (kind === 'scope' ? [name] : [])),
    granular: parts.flatMap(([, kind, name = '', boundary = '']) =>
      kind === 'permission' ? [{ permissions: [name], boundary: JSON.parse(boundary) }] : [],
    ),
  };
}

export async function refresh(world: World, dice: Dice): Promise<boolean> {
  const made = oneOf(dice, world.consents, (one) => one.refresh !== '');
  if (made === undefined) return false;
  const isLess = dice.chance(0.6);
  const asked = isLess ? someOf(dice, made.granted) : { scopes: [], granular: [] };
  const how = `refresh ${made.name}${isLess ? ` for ${JSON.stringify(asked)}` : ''}`;
  const before = made.refresh;
  const params = { grant_type: 'refresh_token', refresh_token: before, ...paramsOf(asked) };
  const issued = await tokenOf(world, made.client, how, params);
  if (issued === undefined) return false;
  made.used.push(before);
  made.refresh = issued.refresh_token ?? '';
  // What is left out is not asked for less of.
  const limit = {
    scopes: asked.scopes.length > 0 ? asked.scopes : (made.granted.scopes ?? []),
    granular: asked.granular.length > 0 ? asked.granular : (made.granted.granular ?? []),
  };
  const { client } = made;
  born(world, how, { kind: 'access', token: issued.access_token, client, parents: [made], limits: [limit] });
  return true;
}

/** A refresh token that comes a second time ends all that came of its consent. */
export async function reuse(world: World, dice: Dice): Promise<boolean> {
  const made = oneOf(dice, world.consents, ({ used }) => used.length > 0);
  if (made === undefined) return false;
  const params = { grant_type: 'refresh_token', refresh_token: dice.pick(made.used) };
  const issued = await tokenOf(world, made.client, `reuse of ${made.name}`, params);
  if (issued !== undefined)
    world.failures.push({ kind: 'given', message: `a used refresh token of ${made.name} gave a token` });
  made.ended = 'a refresh token of it came twice';
  return true;
}

export async function exchange(world: World, dice: Dice): Promise<boolean> {
  const subject = oneOf(dice, world.credentials);
  const client = oneOf(dice, world.clients);
  const held = subject && (await world.site.recognise(subject.token));
  if (subject === undefined || client === undefined || held === undefined) return false;
  const asked = dice.chance(0.7) ? someOf(dice, held) : someOf(dice, client.ceiling);
  const how = `exchange ${subject.name} by ${client.name} for ${JSON.stringify(asked)}`;
  const issued = await tokenOf(world, client, how, {
    ...{ grant_type: EXCHANGE, subject_token: subject.token, subject_token_type: ACCESS },
    ...paramsOf(asked),
  });
  if (issued === undefined) return false;
  if (subject.kind === 'narrowed')
    world.failures.push({ kind: 'given', message: `${subject.name} was exchanged, which is narrowed` });
  const parents: readonly Source[] = [
    subject,
    client,
    ...(held.subject === undefined ? subjectOf(client) : []),
  ];
  born(world, how, { kind: 'access', token: issued.access_token, client, parents, limits: [asked] });
  return true;
}

/** What has ended must not be exchanged either. */
export async function exchangeEnded(world: World, dice: Dice): Promise<boolean> {
  const gone = world.credentials.filter((one) => endOf(one) !== undefined);
  const client = oneOf(dice, world.clients);
  if (gone.length === 0 || client === undefined) return false;
  const subject = dice.pick(gone);
  const how = `exchange ${subject.name}, which has ended`;
  const params = { grant_type: EXCHANGE, subject_token: subject.token, subject_token_type: ACCESS };
  const issued = await tokenOf(world, client, how, { ...params, ...paramsOf(anything(dice)) });
  if (issued !== undefined)
    world.failures.push({ kind: 'given', message: `${subject.name} has ended and was exchanged` });
  return true;
}

export async function endGrant(world: World, dice: Dice): Promise<boolean> {
  const made = oneOf(dice, world.consents, (one) => one.refresh !== '');
  if (made === undefined) return false;
  const answer = await revokeAt(world, made.client, made.refresh);
  if (answer.status !== 200) return refused(world, `end ${made.name}: ${answer.status}`);
  world.told.push(`end ${made.name}`);
  made.ended = 'its refresh token was revoked';
  return true;
}

export async function lowerCeiling(world: World, dice: Dice): Promise<boolean> {
  const client = oneOf(dice, world.clients);
  if (client === undefined) return false;
  const ceiling = {
    scopes: dice.some(client.scopes, 0.6),
    granular: dice.some(client.ceiling.granular ?? [], 0.6),
  };
  const answer = await world.site.admin('PATCH', `/api/clients/${client.id}`, { ceiling });
  if (answer.status !== 200) return refused(world, `lower the ceiling of ${client.name}: ${answer.status}`);
  world.told.push(`lower the ceiling of ${client.name} to ${JSON.stringify(ceiling)}`);
  client.limits = [ceiling];
  return true;
}

export async function disableClient(world: World, dice: Dice): Promise<boolean> {
  const client = oneOf(dice, world.clients);
  if (client === undefined) return false;
  const answer = await world.site.admin('DELETE', `/api/clients/${client.id}`);
  if (answer.status !== 200) return refused(world, `disable ${client.name}: ${answer.status}`);
  world.told.push(`disable ${client.name}`);
  client.ended = 'it was disabled';
  return true;
}

export async function disablePerson(world: World, dice: Dice): Promise<boolean> {
  const person = oneOf(dice, world.people);
  if (person === undefined) return false;
  await enable(world.site, person.name, false);
  world.told.push(`disable ${person.name}`);
  person.ended = 'somebody disabled it';
  return true;
}

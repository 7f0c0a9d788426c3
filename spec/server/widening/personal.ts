import type { Grants } from 'ambit';
import { narrowToken } from 'ambit/narrow';

import type { Dice } from '../../differential/dice.ts';
import { anything, caveat, someOf } from './asks.ts';
import { type Credential, endOf } from './family.ts';
import { born, oneOf, type World } from './world.ts';

/** What can be done with personal tokens, and without asking anybody. Each gives whether something happened. */

export async function issue(world: World, dice: Dice): Promise<boolean> {
  const person = oneOf(dice, world.people);
  if (person === undefined) return false;
  const asked = anything(dice);
  const wanted = { name: 'made', subject: person.name, ...asked, expires: dice.pick(['15m', '1h', '7d']) };
  const answer = await world.site.admin('POST', '/api/tokens', wanted);
  if (answer.status !== 201) return false;
  const { id, token } = (await answer.json()) as { readonly id: string; readonly token: string };
  born(world, `issue for ${person.name} with ${JSON.stringify(asked)}`, {
    ...{ kind: 'personal', id, token, parents: [person], limits: [asked] },
  });
  return true;
}

export async function narrow(world: World, dice: Dice): Promise<boolean> {
  const parent = oneOf(dice, world.credentials, ({ kind }) => kind !== 'access');
  const held = parent && (await world.site.recognise(parent.token));
  if (parent === undefined || held === undefined) return false;
  const by = caveat(dice);
  const token = await narrowToken(parent.token, by).catch(() => undefined);
  if (token === undefined) return false;
  const { expires: _ends, ...rest } = by;
  const own = Object.keys(rest).length === 0 ? [] : [rest];
  born(world, `narrow ${parent.name} by ${JSON.stringify(by)}`, {
    ...{ kind: 'narrowed', token, parents: [parent] },
    limits: [{ ...held, caveats: [...(held.caveats ?? []), ...own] }],
  });
  return true;
}

export async function shrink(world: World, dice: Dice): Promise<boolean> {
  const token = oneOf(dice, world.credentials, ({ kind }) => kind === 'personal');
  const held = token && (await world.site.recognise(token.token));
  if (token === undefined || held === undefined) return false;
  const asked = someOf(dice, held);
  const answer = await world.site.admin('PATCH', `/api/tokens/${token.id}`, asked);
  const said = `change ${token.name} to ${JSON.stringify(asked)}: ${answer.status}`;
  world.told.push(said);
  token.limits = [...token.limits, held, ...(answer.status === 200 ? [asked] : [])];
  return answer.status === 200;
}

export async function rotate(world: World, dice: Dice): Promise<boolean> {
  const old = oneOf(dice, world.credentials, ({ kind }) => kind !== 'access');
  const held = old && (await world.site.recognise(old.token));
  if (old === undefined || held === undefined) return false;
  const isItself = old.kind === 'narrowed' || dice.chance(0.5);
  const answer = isItself
    ? await byItself(world, old, 'POST', '/rotate')
    : await world.site.admin('POST', `/api/tokens/${old.id}/rotate`);
  if (answer.status !== 201) return refused(world, `rotate ${old.name}: ${answer.status}`);
  const { id, token } = (await answer.json()) as { readonly id: string; readonly token: string };
  if (old.kind === 'narrowed')
    world.failures.push({ kind: 'given', message: `${old.name} was rotated, which is narrowed` });
  const next = born(world, `rotate ${old.name}${isItself ? ' by itself' : ''}`, {
    ...{ kind: 'personal', id, token, parents: old.parents, limits: [...old.limits, held] },
  });
  await firstUse(world, old, next, held);
  return true;
}

async function firstUse(world: World, old: Credential, next: Credential, before: Grants): Promise<void> {
  const still = await world.site.recognise(old.token);
  if (still === undefined)
    world.failures.push({ kind: 'lost', message: `${old.name} ended before ${next.name} was used` });
  const after = await world.site.recognise(next.token);
  if (after?.subject !== before.subject)
    world.failures.push({ kind: 'another subject', message: `${next.name} acts as ${after?.subject}` });
  old.ended = `${next.name} took its place and was used`;
  old.next = next;
}

export async function revoke(world: World, dice: Dice): Promise<boolean> {
  const token = oneOf(dice, world.credentials);
  if (token === undefined) return false;
  const answer = await revoking(world, token, dice.chance(0.5));
  if (!answer.ok) return refused(world, `revoke ${token.name}: ${answer.status}`);
  world.told.push(`revoke ${token.name}`);
  token.ended = 'it was revoked';
  return true;
}

function revoking(world: World, token: Credential, byItself_: boolean): Promise<Response> {
  const { site } = world;
  const { client } = token;
  if (client !== undefined) return revokeAt(world, client, token.token);
  if (token.kind === 'narrowed')
    return site.admin('POST', '/api/tokens/narrowed/revoke', { token: token.token });
  return byItself_ ? byItself(world, token, 'DELETE', '') : site.admin('DELETE', `/api/tokens/${token.id}`);
}

/** Revokes at the authorization server (RFC 7009), which answers 200 whatever it was. */
export function revokeAt(
  { site }: World,
  { id, secret }: { readonly id: string; readonly secret: string },
  token: string,
): Promise<Response> {
  return fetch(`${site.issuer}/oauth/revoke`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}` },
    body: new URLSearchParams({ token }),
  });
}

function byItself({ site }: World, { token }: Credential, method: string, path: string): Promise<Response> {
  return fetch(`${site.issuer}/api/token/self${path}`, {
    method,
    headers: { authorization: `Bearer ${token}` },
  });
}

export function refused(world: World, what: string): false {
  world.told.push(what);
  return false;
}

/** Asks for what nobody may do with what has ended: it must be refused, and ends what took its place. */
export async function revive(world: World, dice: Dice): Promise<boolean> {
  const gone = world.credentials.filter((one) => one.kind === 'personal' && endOf(one) !== undefined);
  if (gone.length === 0) return false;
  const old = dice.pick(gone);
  const answer = await byItself(world, old, 'POST', '/rotate');
  world.told.push(`rotate ${old.name}, which has ended: ${answer.status}`);
  for (let { next } = old; next !== undefined; next = next.next)
    next.ended ??= `${old.name}, whose place it took, came back`;
  if (answer.status < 400)
    world.failures.push({ kind: 'given', message: `${old.name} has ended and was rotated` });
  return true;
}

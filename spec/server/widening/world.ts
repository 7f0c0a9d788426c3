import type { Dice } from '../../differential/dice.ts';
import { anything } from './asks.ts';
import { type Client, type Consent, type Credential, endOf, type Failure, type Source } from './family.ts';
import { PEOPLE, type Site } from './site.ts';

export const BACK = 'https://app.test/back';

/** All that a sequence has made so far, and what it said of it. */
export interface World {
  readonly site: Site;
  readonly people: readonly Source[];
  readonly clients: readonly Client[];
  readonly consents: Consent[];
  readonly credentials: Credential[];
  readonly told: string[];
  readonly failures: Failure[];
}

/** Lets everybody act, and makes the clients of a sequence. */
export async function openWorld(site: Site, dice: Dice): Promise<World> {
  const people = PEOPLE.map((name) => ({ name, parents: [], limits: [] }));
  for (const { name } of people) await enable(site, name, true);
  const clients = [await makeClient(site, dice, 1), await makeClient(site, dice, 2, dice.pick(people))];
  const told = clients.map(({ name, ceiling }) => `${name} may have at most ${JSON.stringify(ceiling)}`);
  return { site, people, clients, consents: [], credentials: [], told, failures: [] };
}

/** Lets a person act, or no more. */
export async function enable(site: Site, name: string, isEnabled: boolean): Promise<void> {
  const answer = await site.admin('PATCH', `/api/people/${name}`, { disabled: !isEnabled });
  if (answer.status !== 200) throw new Error(`${name} cannot be changed: ${await answer.text()}`);
}

async function makeClient(site: Site, dice: Dice, number: number, subject?: Source): Promise<Client> {
  const asked = anything(dice);
  const more = anything(dice);
  const ceiling = {
    scopes: [...new Set([...asked.scopes, ...more.scopes, 'api:graphql:query:projects'])],
    granular: [...asked.granular, ...more.granular],
  };
  const made = await site.client({
    name: `client ${number}`,
    grants: ['client_credentials', 'authorization_code', 'refresh_token', 'token_exchange'],
    redirectUris: [BACK],
    ceiling,
    ...(subject === undefined ? {} : { subject: subject.name }),
  });
  return {
    ...{ id: made.id, secret: made.secret, scopes: ceiling.scopes, ceiling, subject },
    ...{ name: `client ${number}`, parents: [], limits: [ceiling] },
  };
}

/** One of those that still count and fit; nothing where there is none. */
export function oneOf<T extends Source>(
  dice: Dice,
  all: readonly T[],
  fits: (one: T) => boolean = () => true,
): T | undefined {
  const left = all.filter((one) => endOf(one) === undefined && fits(one));
  return left.length === 0 ? undefined : dice.pick(left);
}

/** Puts a new credential into the world, and says so. */
export function born(world: World, how: string, of: Omit<Credential, 'name'>): Credential {
  const credential = { ...of, name: `#${world.credentials.length + 1}` };
  world.credentials.push(credential);
  world.told.push(`${how} -> ${credential.name}`);
  return credential;
}

import { Dice } from '../../differential/dice.ts';
import { checkFamily, endOf, type Failure } from './family.ts';
import * as flows from './flows.ts';
import * as personal from './personal.ts';
import { isWithin, operations } from './rights.ts';
import type { Site } from './site.ts';
import { openWorld, type World } from './world.ts';

type Act = (world: World, dice: Dice) => Promise<boolean>;

const ACTS: Readonly<Record<string, readonly [weight: number, act: Act]>> = {
  issue: [5, personal.issue],
  narrow: [6, personal.narrow],
  shrink: [4, personal.shrink],
  rotate: [3, personal.rotate],
  revoke: [1, personal.revoke],
  revive: [1, personal.revive],
  credentials: [3, flows.credentials],
  consent: [4, flows.consent],
  refresh: [6, flows.refresh],
  reuse: [1.5, flows.reuse],
  exchange: [7, flows.exchange],
  exchangeEnded: [1, flows.exchangeEnded],
  endGrant: [0.8, flows.endGrant],
  lowerCeiling: [1, flows.lowerCeiling],
  disableClient: [0.4, flows.disableClient],
  disablePerson: [0.4, flows.disablePerson],
};

export const ACT_NAMES: readonly string[] = Object.keys(ACTS);
const QUERIES = operations.filter(({ field }) => field.startsWith('Query.'));
const ABSTRACT = QUERIES.filter(({ isAbstract }) => isAbstract);
const LENGTH = 12;

/** One thing that is done; all that it chooses follows from its number. */
export interface Step {
  readonly act: string;
  readonly dice: number;
}

/** A sequence, as it follows from its seed, or what is left of it. */
export interface Sequence {
  readonly seed: number;
  readonly steps: readonly Step[];
}

export interface Outcome {
  readonly failures: readonly Failure[];
  readonly told: readonly string[];
  /** How often each act did something. */
  readonly done: Readonly<Record<string, number>>;
  readonly credentials: number;
  readonly answers: number;
}

/** The sequence of a seed. One act can be given more weight than it has. */
export function sequenceOf(seed: number, often?: string): Sequence {
  const dice = new Dice(seed);
  const weighted = Object.entries(ACTS).map(
    ([name, [weight]]) => [name === often ? 6 : weight, name] as const,
  );
  const step = (): Step => ({ act: dice.weighted(weighted), dice: dice.below(2 ** 31) });
  return { seed, steps: Array.from({ length: LENGTH }, step) };
}

/** Does all steps, and looks at all credentials after each. Stops at the first that breaks a promise. */
export async function run(site: Site, { seed, steps }: Sequence): Promise<Outcome> {
  const world = await openWorld(site, new Dice(seed));
  const done: Record<string, number> = {};
  let answers = 0;
  for (const { act, dice } of steps) {
    const own = new Dice(dice);
    const isDone = await ACTS[act]?.[1](world, own);
    if (!isDone) continue;
    done[act] = (done[act] ?? 0) + 1;
    world.failures.push(...(await checkFamily(site, world.credentials)));
    if (own.chance(0.3)) answers += await compareAnswers(world, own);
    if (world.failures.length > 0) break;
  }
  const { failures, told, credentials } = world;
  return { failures, told, done, credentials: credentials.length, answers };
}

/** Asks three things as a child and as its parent. */
async function compareAnswers(world: World, dice: Dice): Promise<number> {
  const pairs = world.credentials
    .filter((one) => endOf(one) === undefined)
    .flatMap((child) =>
      world.credentials.filter((one) => child.parents.includes(one)).map((parent) => ({ child, parent })),
    );
  if (pairs.length === 0) return 0;
  const { child, parent } = dice.pick(pairs);
  for (let asked = 0; asked < 3; asked += 1) {
    const { field, document, variables } = dice.pick(asked === 0 ? ABSTRACT : QUERIES);
    const [less, more] = await Promise.all(
      [child, parent].map(({ token }) => dataOf(world.site, token, document, variables)),
    );
    if (isWithin(less, more)) continue;
    const message = `${child.name} is shown more than ${parent.name} by ${field}: ${JSON.stringify(less)}, and ${JSON.stringify(more)}`;
    world.failures.push({ kind: 'shows more', message });
  }
  return 3;
}

async function dataOf(site: Site, token: string, query: string, variables: object): Promise<unknown> {
  const answer = await fetch(`${site.issuer}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json',
      authorization: `Bearer ${token}`,
    },
    body: JSON.stringify({ query, variables }),
  });
  return ((await answer.json()) as { readonly data?: unknown }).data;
}

/** Leaves out steps while what is left still breaks a promise of the same kind. */
export async function shrunk(site: Site, sequence: Sequence, kind: Failure['kind']): Promise<Sequence> {
  let least = sequence;
  for (let at = least.steps.length - 1; at >= 0; at -= 1) {
    const without = { ...least, steps: least.steps.filter((_, index) => index !== at) };
    const { failures } = await run(site, without);
    if (failures.some((failure) => failure.kind === kind)) least = without;
  }
  return least;
}

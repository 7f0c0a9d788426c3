import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Grants } from 'ambit';
import { type Case, loadCaseFile, runCase } from 'ambit/cases';
import { afterAll, describe, expect, test } from 'vitest';
import {
  type Body,
  codesOf,
  DOORS,
  type Door,
  type DoorAnswer,
  type DoorName,
  type DoorSetting,
} from './harness/doors.ts';
import { Histories } from './harness/histories.ts';

const folder = fileURLToPath(new URL('./cases', import.meta.url));
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.yml'))
  .sort();
const loaded = await Promise.all(
  files.map(async (name) => ({ name, cases: await loadCaseFile(join(folder, name)) })),
);
const refused = new Map<DoorName, string[]>(DOORS.map(({ name }) => [name, []]));

/** Who else asks the same: one to whom every permission is open, and one who holds nothing. */
const OTHERS: readonly Grants[] = [{ subject: 'somebody else', scopes: ['api'] }, {}];

test('every case has an id of its own', () => {
  const ids = loaded.flatMap(({ cases }) => cases.map(({ id }) => id));
  expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
  expect(ids.length).toBeGreaterThan(100);
});

for (const { name, cases } of loaded) {
  describe(relative(folder, join(folder, name)), () => {
    const histories = new Histories(OTHERS);
    afterAll(() => histories.close());
    for (const one of cases) {
      test(`${one.id}: as written`, async () => {
        expect((await runCase(one)).differences).toEqual([]);
      });
      test(`${one.id}: doors`, async () => {
        await throughDoors(one, histories);
      });
    }
  });
}

afterAll(() => {
  for (const [door, ids] of refused)
    console.info(`${ids.length} cases are not carried by the door ${door}: ${ids.join(', ') || 'none'}`);
});

/** Every door answers the same: asked for the first time, once more, and after others have asked the same. */
async function throughDoors(one: Case, histories: Histories): Promise<void> {
  const answers = new Map<DoorName, DoorAnswer>();
  for (const door of DOORS) {
    const { cold, later } = await histories.ask(door, settingOf(one), one);
    for (const { when, answer } of later) expect(answer, `${door.name}, ${when}`).toEqual(cold);
    if (one.extras.doors?.[door.name] === 'refused') {
      expect(cold, `${door.name} refuses`).toMatchObject({ notCarried: true, data: null, ran: [] });
      refused.get(door.name)?.push(one.id);
      continue;
    }
    if (!door.executes) continue;
    if (one.expect.outcome === 'rejected' && !onlyNulls(cold))
      expect(cold.ran, `${door.name} ran nothing`).toEqual([]);
    expectResponse(one, door, cold);
    answers.set(door.name, cold);
  }
  compare(answers.get('execute'), answers.get('yoga'), answers.get('gateway'));
}

/** In process, every door gives the same bytes; what a gateway can tell of errors in lists is less. */
function compare(
  execute: DoorAnswer | undefined,
  yoga: DoorAnswer | undefined,
  gateway: DoorAnswer | undefined,
): void {
  if (execute && yoga) {
    expect(inProcess(yoga), 'Yoga answers as the engine in process').toEqual(inProcess(execute));
  }
  if (execute && gateway) {
    expect(
      { data: gateway.data, errors: placed(gateway.errors) },
      'the gateway answers as the engine in process',
    ).toEqual({ data: execute.data, errors: placed(execute.errors) });
  }
  if (yoga && gateway) {
    expect(
      { status: yoga.status, challenge: yoga.challenge },
      'Yoga says in HTTP what the gateway says',
    ).toEqual({ status: gateway.status, challenge: gateway.challenge });
  }
}

function inProcess({ body, events, ran }: DoorAnswer): object {
  return { body, events, ran };
}

/** A query that only aims outside answers nulls, and has run nothing that it could be seen by (M11). */
function onlyNulls(answer: DoorAnswer): boolean {
  return answer.errors.length === 0;
}

function expectResponse(one: Case, door: Door, answer: DoorAnswer): void {
  const { response } = one.extras;
  if (!response) return;
  if (one.extras.events)
    expect((answer.events ?? []).map(sent), `${door.name} events`).toEqual(response.events);
  if ('data' in response) expect(answer.data, `${door.name} data`).toEqual(response.data);
  if (response.errors) expect(placed(answer.errors), `${door.name} errors`).toEqual(placed(response.errors));
  if (response.status && answer.status) expect(answer.status, `${door.name} status`).toBe(response.status);
}

/** An event as cases write it. */
function sent(event: unknown): object {
  const body = event as Body;
  return {
    ...(body.data === undefined ? {} : { data: body.data }),
    ...(body.errors ? { errors: codesOf(body) } : {}),
  };
}

function settingOf(one: Case): DoorSetting {
  const { sdl, rules, permissions, boundaries, coverage, granularOnly, effect } = one;
  return {
    sdl,
    rules,
    permissions,
    boundaries,
    coverage,
    granularOnly,
    effect,
    facts: one.facts,
    data: one.extras.data,
    events: one.extras.events,
  };
}

/**
 * Errors in the form in which doors are compared. Of GraphQL's own error about a null in a list, the gateway does
 * not tell the index: its upstream knows only of the first item that is not there, and not of one that is outside.
 */
function placed(errors: readonly string[]): string[] {
  return errors.map((error) => error.replace(/(\.\d+)+:$/, ':')).sort();
}

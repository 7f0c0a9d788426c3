import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Case, loadCaseFile, runCase } from 'ambit/cases';
import { afterAll, describe, expect, test } from 'vitest';
import { DOORS, type Door, type DoorAnswer, type DoorCase } from './harness/doors.ts';

const folder = fileURLToPath(new URL('./cases', import.meta.url));
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.yml'))
  .sort();
const loaded = await Promise.all(
  files.map(async (name) => ({ name, cases: await loadCaseFile(join(folder, name)) })),
);
const refused: string[] = [];

test('every case has an id of its own', () => {
  const ids = loaded.flatMap(({ cases }) => cases.map(({ id }) => id));
  expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
  expect(ids.length).toBeGreaterThan(100);
});

for (const { name, cases } of loaded) {
  describe(relative(folder, join(folder, name)), () => {
    for (const one of cases) {
      test(`${one.id}: engine`, async () => {
        expect((await runCase(one)).differences).toEqual([]);
      });
      test(`${one.id}: doors`, async () => {
        await throughDoors(one);
      });
    }
  });
}

afterAll(() => {
  console.info(
    `${refused.length} cases name a door that does not carry them yet: ${refused.join(', ') || 'none'}`,
  );
});

async function throughDoors(one: Case): Promise<void> {
  const asked = doorCase(one);
  const answers = new Map<Door['name'], DoorAnswer>();
  for (const door of DOORS) {
    const answer = await door.run(asked);
    if (one.extras.doors?.[door.name] === 'refused') {
      expect(answer, `${door.name} refuses`).toMatchObject({ notCarried: true, data: null, ran: [] });
      refused.push(`${one.id} (${door.name})`);
      continue;
    }
    if (one.expect.outcome === 'rejected' && !onlyNulls(answer))
      expect(answer.ran, `${door.name} ran nothing`).toEqual([]);
    expectResponse(one, door, answer);
    answers.set(door.name, answer);
  }
  const execute = answers.get('execute');
  const gateway = answers.get('gateway');
  if (execute && gateway) {
    expect(
      { data: gateway.data, errors: placed(gateway.errors) },
      'the gateway answers as the engine in process',
    ).toEqual({ data: execute.data, errors: placed(execute.errors) });
  }
}

/** A query that only aims outside answers nulls, and has run nothing that it could be seen by (M11). */
function onlyNulls(answer: DoorAnswer): boolean {
  return answer.errors.length === 0;
}

function expectResponse(one: Case, door: Door, answer: DoorAnswer): void {
  const { response } = one.extras;
  if (!response) return;
  if ('data' in response) expect(answer.data, `${door.name} data`).toEqual(response.data);
  if (response.errors) expect(placed(answer.errors), `${door.name} errors`).toEqual(placed(response.errors));
  if (response.status && door.name === 'gateway') expect(answer.status).toBe(response.status);
}

function doorCase(one: Case): DoorCase {
  return {
    sdl: one.sdl,
    rules: one.rules,
    permissions: one.permissions,
    boundaries: one.boundaries,
    coverage: one.coverage,
    effect: one.effect,
    grants: one.grants,
    facts: one.facts,
    operation: one.operation,
    operationName: one.operationName,
    variables: one.variables,
    data: one.extras.data,
  };
}

/**
 * Errors in the form in which doors are compared. Of GraphQL's own error about a null in a list, the gateway does
 * not tell the index: its upstream knows only of the first item that is not there, and not of one that is outside.
 */
function placed(errors: readonly string[]): string[] {
  return errors.map((error) => error.replace(/(\.\d+)+:$/, ':')).sort();
}

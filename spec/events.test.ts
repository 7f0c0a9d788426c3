import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createAmbit } from 'ambit';
import { type Case, loadCaseFile } from 'ambit/cases';
import type { ExecutionResult, GraphQLSchema } from 'graphql';
import { describe, expect, test } from 'vitest';
import { makeWorld } from './harness/world.ts';

/** Cases with `events`: what the API's stream brings, and what of it a credential is sent. */

const folder = fileURLToPath(new URL('./cases', import.meta.url));
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
  name.endsWith('.yml'),
);
const cases = (await Promise.all(files.sort().map((name) => loadCaseFile(join(folder, name)))))
  .flat()
  .filter(({ extras }) => extras.events !== undefined);

describe('a case with events', () => {
  test('is found', () => {
    expect(cases.length).toBeGreaterThan(10);
  });

  for (const one of cases) {
    test(`${one.id} sends what it says`, async () => {
      const { started, delivered } = await subscribed(one);
      expect(delivered).toEqual(one.extras.response?.events);
      expect(started).toBe(one.expect.outcome === 'rejected' ? 0 : 1);
    });
  }
});

/** Everything that is delivered; nothing where the subscription is refused. */
async function subscribed(one: Case): Promise<{ started: number; delivered: unknown[] }> {
  const { schema } = makeWorld(one.sdl, one.extras.data);
  const { rules, permissions, boundaries, coverage, effect, operation, operationName, variables, grants } =
    one;
  const source = sourceInto(schema, one.extras.events ?? []);
  const ambit = createAmbit({ schema, rules, permissions, boundaries, coverage, effect });
  const answer = await ambit.execute({ document: operation, operationName, variables, grants });
  const delivered: unknown[] = [];
  if (Symbol.asyncIterator in answer) for await (const result of answer) delivered.push(told(result));
  return { started: source.started, delivered };
}

function sourceInto(schema: GraphQLSchema, events: readonly unknown[]): { started: number } {
  const source = { started: 0 };
  const subscribe = async function* () {
    yield* events;
  };
  for (const field of Object.values(schema.getSubscriptionType()?.getFields() ?? {})) {
    field.subscribe = () => {
      source.started += 1;
      return subscribe();
    };
  }
  return source;
}

function told(result: ExecutionResult): object {
  const { data, errors = [] }: ExecutionResult = JSON.parse(JSON.stringify(result));
  const codes = errors.map(
    ({ path, extensions }) => `${path?.join('.') ?? ''}:${String(extensions?.['code'] ?? '')}`,
  );
  return { ...(data === undefined ? {} : { data }), ...(codes.length > 0 ? { errors: codes.sort() } : {}) };
}

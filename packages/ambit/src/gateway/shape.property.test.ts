import fc from 'fast-check';
import { buildSchema } from 'graphql';
import { describe, expect, it } from 'vitest';
import { createAmbit } from '../create.ts';
import type { Plan } from '../plan/plan.ts';
import { createGateway } from './gateway.ts';
import { Shape } from './shape.ts';

const sdl = `
  type Query { a: Node @public }
  type Node @public { x: Int y: Int z: Int secret: Int @requiresScopes(scopes: [["see"]]) n: Node list: [[Node]] }
`;
const ambit = createAmbit({ schema: buildSchema(sdl, { assumeValidSDL: true }) });

function planOf(text: string): Plan {
  const read = ambit.stages.operations.read(text);
  if (!read.document) throw new Error('the document cannot be read');
  return ambit.stages.operations.plan({ ...read, document: read.document });
}

/** What is selected, with a response key that JavaScript thinks much of. */
const plan = planOf('{ a { y x __proto__: z n { x secret } list { y secret x } } }');

const names = ['a', 'x', 'y', '__proto__', 'n', 'list', 'secret', 'toString', 'other'];
const { json } = fc.letrec<{ json: unknown; object: unknown }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 6 },
    fc.constant(null),
    fc.integer(),
    fc.string(),
    fc.array(tie('json'), { maxLength: 3 }),
    tie('object'),
    tie('object'),
  ),
  object: fc.array(fc.tuple(fc.constantFrom(...names), tie('json')), { maxLength: 6 }).map((entries) =>
    // As JSON.parse makes it: every key is the object's own.
    JSON.parse(`{${entries.map(([key, value]) => `"${key}":${JSON.stringify(value)}`).join(',')}}`),
  ),
}));

/** The same, said once more in the plainest way: what is selected at a path, of what came. */
function picked(value: unknown, path: readonly string[], dead: ReadonlySet<string>): unknown {
  const keys = KEYS[path.join('.')];
  if (!keys) return value;
  if (Array.isArray(value) && path.length > 0) return value.map((item) => picked(item, path, dead));
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const came = new Map(Object.entries(value));
  const entries = keys.flatMap((key): [string, unknown][] => {
    const at = [...path, key];
    if (dead.has(at.join('.'))) return [[key, 'withheld']];
    return came.has(key) ? [[key, picked(came.get(key), at, dead)]] : [];
  });
  return new Map(entries);
}

const KEYS: Readonly<Record<string, readonly string[]>> = {
  '': ['a'],
  a: ['y', 'x', '__proto__', 'n', 'list'],
  'a.n': ['x', 'secret'],
  'a.list': ['y', 'secret', 'x'],
};

/** Objects as maps, so that order and every key count. */
function asMaps(value: unknown, path: readonly string[]): unknown {
  if (typeof value === 'symbol') return 'withheld';
  const keys = KEYS[path.join('.')];
  if (!keys || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => asMaps(item, path));
  return new Map(Object.entries(value).map(([key, one]) => [key, asMaps(one, [...path, key])]));
}

const inOrder = (value: unknown): unknown =>
  value instanceof Map
    ? [...value].map(([key, one]) => [key, inOrder(one)])
    : Array.isArray(value)
      ? value.map(inOrder)
      : value;

describe('what is picked from an answer', () => {
  const deads = [[], ['a.n.secret', 'a.list.secret'], ['a.n'], ['a.list.x', 'a.y']].map(
    (one) => new Set(one),
  );

  it.each(deads)('is what is selected and not withheld, whatever came beside it (%#)', (dead) => {
    const shape = new Shape([plan.root], { dead, inactive: new Set() });
    fc.assert(
      fc.property(json, (value) => {
        const before = JSON.stringify(value);
        const made = shape.pick(value);
        expect(inOrder(asMaps(made, []))).toEqual(inOrder(picked(value, [], dead)));
        expect(JSON.stringify(value)).toBe(before);
      }),
      { numRuns: 2_000 },
    );
  });

  it('is what came, where that holds nothing else', () => {
    const value = JSON.parse(
      '{"a":{"y":1,"x":2,"__proto__":3,"n":{"x":1,"secret":2},"list":[[{"y":1,"secret":2,"x":3}]]}}',
    );
    expect(new Shape([plan.root], { dead: new Set(), inactive: new Set() }).pick(value)).toBe(value);
  });

  it('costs no more than once for each level where something deep down is too much', () => {
    let text = '{"x":1,"more":1}';
    let query = '{ x }';
    for (let level = 0; level < 40; level += 1) {
      text = `{"n":${text}}`;
      query = `{ n ${query} }`;
    }
    const shape = new Shape([planOf(`{ a ${query} }`).root], { dead: new Set(), inactive: new Set() });
    expect(JSON.stringify(shape.pick(JSON.parse(`{"a":${text}}`)))).not.toContain('more');
  });
});

it('what an API answers unasked, at a position that a condition keeps from executing, does not come through', async () => {
  const answer = {
    data: { a: { x: 1, secret: 4711, n: { secret: 4711 }, list: [[{ secret: 4711, x: 2 }]] } },
  };
  const gateway = createGateway({
    ambit,
    authenticate: async () => ({ grants: {} }),
    upstream: async () => ({ status: 200, body: structuredClone(answer) }),
  });
  const query = `query ($s: Boolean!) {
    a { x secret @skip(if: $s) n { x secret @skip(if: $s) } list { ...F @skip(if: $s) x } }
  } fragment F on Node { secret }`;
  for (let turn = 0; turn < 2; turn += 1) {
    const response = await gateway(
      new Request('http://localhost/graphql', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query, variables: { s: true } }),
      }),
    );
    expect(await response.json()).toEqual({ data: { a: { x: 1, n: {}, list: [[{ x: 2 }]] } } });
  }
});

it('what an API answers unasked, at a position that was denied, does not come through', async () => {
  const gateway = createGateway({
    ambit,
    authenticate: async () => ({ grants: {} }),
    upstream: async () => ({
      status: 200,
      body: { data: { a: { x: 1, secret: 4711, n: { secret: 4711 }, list: [[{ secret: 4711, x: 2 }]] } } },
    }),
  });
  const query = '{ a { x secret n { x secret } list { secret x } } }';
  const response = await gateway(
    new Request('http://localhost/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query }),
    }),
  );
  const text = await response.text();
  expect(text).not.toContain('4711');
  expect(JSON.parse(text).data).toEqual({
    a: { x: 1, secret: null, n: { secret: null }, list: [[{ secret: null, x: 2 }]] },
  });
});

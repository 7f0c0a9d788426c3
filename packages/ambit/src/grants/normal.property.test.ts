import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { createAmbit } from '../create.ts';
import { deadKey } from '../decide/decision.ts';
import { lookupKey } from '../decide/scene.ts';
import { BoundaryKinds } from '../rules/boundarykinds.ts';
import { type BoundaryPath, parseBoundaryPath } from '../rules/boundarypath.ts';
import { buildCatalog } from '../rules/catalog.ts';
import type { Caveat, GrantBoundary, Grants, GranularGrant } from '../types.ts';
import { normalGrants } from './normal.ts';
import { Rights } from './rights.ts';

/** The algebra of grants: one form for equal grants, keys that never meet, and more grants for more rights. */

const NOW = Date.parse('2030-01-01');
const catalog = buildCatalog({ permissions: [], assignables: [] }, []);
const kinds = new BoundaryKinds({ group: { parent: 'group' }, project: { parent: 'group' }, team: {} });
const rightsOf = (grants: Grants): Rights => Rights.of(grants, catalog, kinds, NOW);

/** Names that have met in one cache or another: separators, prototypes, what folds, what looks empty. */
const nasty = fc.constantFrom(
  'a',
  'b',
  'A',
  'a ',
  ' a',
  'a,b',
  'a"b',
  '"',
  '\\',
  '\\"',
  'a:b',
  ':',
  'a/b',
  '/',
  '//',
  '.',
  '..',
  'a.b',
  '*',
  '[',
  ']',
  '","',
  '\u0000',
  'a\u0000b',
  '\n',
  '__proto__',
  'constructor',
  'toString',
  'null',
  'undefined',
  '\u212A',
  'k',
  'é',
  'e\u0301',
  '\uD800',
  '🦊',
  'api',
  'read_api',
  'api:graphql:query:*',
  'api:graphql:mutate:a',
  'project:a',
); // prettier-ignore
const name = fc.oneof(nasty, fc.string({ maxLength: 4, unit: 'binary' }));
const names = fc.array(name, { maxLength: 4 });
const boundary: fc.Arbitrary<GrantBoundary> = fc.oneof(
  fc.constantFrom<GrantBoundary>('user', 'instance', 'all_memberships', 'personal'),
  fc
    .tuple(fc.constantFrom('group', 'project', 'team', 'nothing', 'constructor'), name)
    .map(([kind, id]) => ({ [kind]: id })),
);
const grants: fc.Arbitrary<Grants> = fc.record(
  {
    subject: name,
    client: name,
    authenticated: fc.boolean(),
    scopes: names,
    policies: names,
    roles: names,
    granular: fc.array(fc.record({ permissions: names, boundary }), { maxLength: 4 }),
    expires: fc.constantFrom(
      '2029-01-01',
      '2031-01-01',
      '2031-01-01T00:00:00Z',
      '2031-01-01T02:00:00+02:00',
      'never',
    ),
    caveats: fc.array(
      fc.oneof(name as fc.Arbitrary<unknown> as fc.Arbitrary<Caveat>, fc.record({ label: name })),
      { maxLength: 1 },
    ),
  },
  { requiredKeys: [] },
);

/** Everything that rights answer. */
function effect(rights: Rights): unknown {
  return [
    rights.key(),
    rights.barred,
    rights.subject,
    rights.coarse,
    ['a', 'b', 'query'].map((field) => [rights.narrow('query', field), rights.narrow('mutate', field)]),
    ['group', 'project', 'team'].map((kind) => rights.mayTouch(kind)),
    ['group:a', 'project:a/b', 'team:a', 'user:', 'instance:'].map((key) => rights.touches(key)),
  ];
}

/** The same grants, in another order and with repeats, one entry split into one for each permission. */
function shuffled({ scopes, policies, granular, ...rest }: Grants): Grants {
  const turned = (list: readonly string[]): string[] => [...list].reverse().concat(list);
  return {
    ...(granular ? { granular: granular.flatMap(split).reverse().concat(granular) } : {}),
    ...(policies ? { policies: turned(policies) } : {}),
    ...(scopes ? { scopes: turned(scopes) } : {}),
    ...rest,
  };
}

function split({ permissions, boundary: place }: GranularGrant): GranularGrant[] {
  return permissions.map((permission) => ({ boundary: place, permissions: [permission] }));
}

describe('the normal form of grants', () => {
  it('is a normal form: of itself it is itself', () => {
    fc.assert(
      fc.property(grants, (one) => {
        expect(normalGrants(normalGrants(one))).toEqual(normalGrants(one));
      }),
    );
  });

  it('does not depend on order, repeats and how permissions are spread over entries', () => {
    fc.assert(
      fc.property(grants, (one) => {
        expect(JSON.stringify(normalGrants(shuffled(one)))).toBe(JSON.stringify(normalGrants(one)));
      }),
    );
  });

  it('gives the same rights', () => {
    fc.assert(
      fc.property(grants, (one) => {
        expect(effect(rightsOf(normalGrants(one)))).toEqual(effect(rightsOf(one)));
      }),
      { numRuns: 500 },
    );
  });

  it('leaves out what says nothing, and keeps what it does not know', () => {
    const given = {
      scopes: [],
      granular: [{ permissions: [], boundary: 'user' }],
      subject: '',
      authenticated: false,
    };
    expect(normalGrants({ ...given, later: 1 } as Grants)).toEqual({ later: 1 });
    expect(normalGrants({ subject: 'ada', authenticated: false })).toEqual({
      subject: 'ada',
      authenticated: false,
    });
  });

  it('keeps a permission in a place below one that has it too: only a policy knows what lies below', () => {
    const granular = ['acme', 'acme/web'].map((group) => ({ permissions: ['p'], boundary: { group } }));
    expect(normalGrants({ granular }).granular).toEqual(granular);
  });

  it('changes nothing that it was given', () => {
    const given: Grants = {
      scopes: ['b', 'a'],
      granular: [{ permissions: ['q', 'p'], boundary: { team: 't' } }],
    };
    const before = JSON.stringify(given);
    normalGrants(given);
    expect(JSON.stringify(given)).toBe(before);
  });
});

describe('keys never meet', () => {
  it('of rights: equal keys are equal rights', () => {
    const holdings = fc.record({
      scopes: names,
      policies: names,
      granular: fc.array(fc.record({ permissions: names, boundary })),
    });
    fc.assert(
      fc.property(holdings, holdings, fc.boolean(), (one, other, isSame) => {
        const twin = isSame ? shuffled(one) : other;
        const [left, right] = [rightsOf(one), rightsOf(twin)];
        const held = (rights: Rights, from: Grants): unknown => [
          [...rights.scopes].sort(),
          [...rights.policies].sort(),
          rights.authenticated,
          [...new Set((from.granular ?? []).flatMap((grant) => pairsOf(grant)))].sort(),
        ];
        const same = JSON.stringify(held(left, one)) === JSON.stringify(held(right, twin));
        expect(left.key() === right.key()).toBe(same);
      }),
      { numRuns: 1000 },
    );
  });

  it('of boundaries: a key is of one kind and one identity', () => {
    const place = fc.tuple(fc.constantFrom('group', 'project', 'team'), name);
    fc.assert(
      fc.property(place, place, ([kind, id], [otherKind, otherId]) => {
        const [one, other] = [kinds.key(kind, id), kinds.key(otherKind, otherId)];
        if (one === undefined || other === undefined) return;
        expect(one === other).toBe(kind === otherKind && id === otherId);
      }),
      { numRuns: 1000 },
    );
  });

  it.each(['a:b', ':', 'a b', '', ' '])('of boundaries: %j is no name of a kind', (kind) => {
    expect(() => new BoundaryKinds({ [kind]: {} })).toThrow(/no name for a boundary kind/);
  });

  it('of look-ups: a key is of one kind, path and id', () => {
    const paths = ['a', 'a { b }', 'a { b { c } }', 'ab'].map(parseBoundaryPath) as BoundaryPath[];
    const lookup = fc.record({ kind: name, boundary: fc.constantFrom(...paths), id: name });
    fc.assert(
      fc.property(lookup, lookup, (one, other) => {
        const same = one.kind === other.kind && one.boundary === other.boundary && one.id === other.id;
        expect(lookupKey(one) === lookupKey(other)).toBe(same);
      }),
      { numRuns: 1000 },
    );
  });

  it('of response positions: a key is one path of GraphQL names', () => {
    const path = fc.array(fc.stringMatching(/^[_A-Za-z]\w{0,3}$/), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(path, path, (one, other) => {
        expect(deadKey(one) === deadKey(other)).toBe(JSON.stringify(one) === JSON.stringify(other));
      }),
    );
  });
});

function pairsOf({ permissions, boundary: place }: GranularGrant): string[] {
  const [kind = '', id] = typeof place === 'string' ? [place] : (Object.entries(place)[0] ?? []);
  const key = typeof place === 'string' ? `${place}:` : kinds.key(kind, id);
  const isPlace =
    key !== undefined && (typeof place !== 'string' || place === 'user' || place === 'instance');
  return isPlace ? permissions.map((permission) => JSON.stringify([permission, key])) : [];
}

describe('every set of four permissions in three places', () => {
  const permissions = ['p0', 'p1', 'p2', 'p3'];
  const places = [{ group: 'g' }, { project: 'g/a' }, { project: 'b' }] as const;
  const everywhere = ['group:g', 'project:g/a', 'project:g/c', 'project:b', 'project:c'];
  const covers: readonly (readonly number[])[] = [[0], [0, 1], [0], [2], []];
  const bits = permissions.flatMap((_, permission) => places.map((_place, place) => ({ permission, place })));
  const held = (set: number, permission: number, place: number): boolean =>
    (set & (1 << (permission * places.length + place))) !== 0;
  const grantsIn = (set: number): Grants => ({
    granular: bits
      .filter(({ permission, place }) => held(set, permission, place))
      .map(({ permission, place }) => ({
        permissions: [`p${permission}`],
        boundary: { ...places[place] } as GrantBoundary,
      })),
  });

  it('holds what its members hold and nothing else: so more grants hold more, and a union what its parts hold', () => {
    for (let set = 0; set < 2 ** bits.length; set++) {
      const rights = rightsOf(grantsIn(set));
      for (const [at, key] of everywhere.entries()) {
        const expected = permissions.map((_, permission) =>
          covers[at]?.some((place) => held(set, permission, place)),
        );
        expect(permissions.map((permission) => rights.holds([permission], key))).toEqual(expected);
        expect(rights.holds(['p0', 'p3'], key)).toBe(expected[0] && expected[3]);
      }
    }
  });

  it('reads what its members read, no more and no less, when it is executed', async () => {
    const ambit = createAmbit({
      boundaries: { group: {}, project: { parent: 'group' } },
      schema: `type Query { ${permissions.map((one) => `${one}: [T${one}]`).join(' ')} }
        ${permissions
          .map(
            (one) =>
              `type T${one} @requiresPermissions(permissions: ["${one}"], boundaryType: "project", boundary: "at") { at: ID }`,
          )
          .join('\n')}`,
    });
    const objects = ['g/a', 'g/c', 'b', 'c'].map((at) => ({ at }));
    const rootValue = Object.fromEntries(permissions.map((one) => [one, objects]));
    const document = `{ ${permissions.map((one) => `${one} { at }`).join(' ')} }`;
    for (let set = 0; set < 2 ** bits.length; set++) {
      const { data } = await ambit.execute({ document, rootValue, grants: grantsIn(set) });
      const expected = permissions.map((one, permission) => {
        const shown = objects.filter((_, at) =>
          covers[at + 1]?.some((place) => held(set, permission, place)),
        );
        const isHeld = places.some((_place, place) => held(set, permission, place));
        return [one, isHeld ? shown : null];
      });
      expect(data ?? Object.fromEntries(permissions.map((one) => [one, null]))).toEqual(
        Object.fromEntries(expected),
      );
    }
  });
});

test('rights of grants with a caveat, or past their end, are those of none', () => {
  fc.assert(
    fc.property(grants, (one) => {
      const none = rightsOf({}).key();
      expect(rightsOf({ ...one, caveats: [{}] }).key()).toBe(none);
      expect(rightsOf({ ...one, caveats: [], expires: '2029-12-31T23:59:59Z' }).key()).toBe(none);
    }),
  );
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createAmbit } from '../create.ts';
import type { Ambit } from '../engine.ts';
import type { Caveat, GrantBoundary, Grants, GranularGrant, Outcome } from '../types.ts';

/**
 * The algebra of narrowing, over a small world: whatever is narrowed, by a caveat or by a request, is never allowed more,
 * in what is decided and in what is answered; and what a credential holds it can hand on.
 */

const on = (name: string, kind: string, more = ''): string =>
  `@requiresPermissions(permissions: ["${name}"], boundaryType: "${kind}"${more})`;
const schema = `
  type Query {
    project(at: ID): Project
    projects: [Project]
    group(at: ID): Group
    wiki(at: ID!): String ${on('read_wiki', 'project', ', boundaryArgument: "at"')}
    either(at: ID): String ${on('read_wiki', 'project', ', boundaryArgument: "at"')} ${on('read_wiki', 'instance')}
    settings: String ${on('read_setting', 'instance')}
    diary: String ${on('read_wiki', 'user')}
    motd: String @public
    version: String
    s: String @requiresScopes(scopes: [["s"]])
    reading: String @requiresScopes(scopes: [["read_api"]])
    narrowly: String @requiresScopes(scopes: [["api:graphql:query:wiki"]])
    paid: String @policy(policies: [["paid"]])
    account: String @authenticated
    self: Query @public
  }
  type Mutation {
    touch(at: ID!): TouchPayload ${on('touch_project', 'project', ', boundaryArgument: "at"')}
    ping: String @public
    pong: String
  }
  type TouchPayload @inherits { done: Boolean project: Project query: Query }
  type Group ${on('read_group', 'group', ', boundary: "at"')} { at: ID projects: [Project] }
  type Project ${on('read_project', 'project', ', boundary: "at"')} {
    at: ID key: String ${on('read_key', 'project')} issues: IssueConnection
  }
  type IssueConnection { totalCount: Int nodes: [Issue] }
  type Issue ${on('read_issue', 'project', ', boundary: "at"')} { at: ID title: String project: Project }
`;
const PERMISSIONS = [
  'read_wiki',
  'read_setting',
  'touch_project',
  'read_group',
  'read_project',
  'read_key',
  'read_issue',
];
const boundaries = { group: { parent: 'group' }, project: { parent: 'group' } };
const memberships = {
  source: (subjects: readonly string[]) =>
    subjects.map(() => ({ group: ['g'], personal: { project: ['h/a'] } })),
};
const permissions = {
  permissions: PERMISSIONS.map((name) => ({ name })),
  assignables: [
    {
      name: 'do_look',
      permissions: ['read_project', 'read_issue', 'read_group'],
      boundaries: ['group', 'project'],
    },
    { name: 'do_wiki', permissions: ['read_wiki'], boundaries: ['project', 'user'] },
    { name: 'do_keep', permissions: ['read_key', 'touch_project'], boundaries: ['group'] },
    { name: 'do_setup', permissions: ['read_setting'], boundaries: ['instance'] },
  ],
};
const WORLDS: readonly { readonly ambit: Ambit; readonly names: readonly string[] }[] = [
  { ambit: createAmbit({ schema, boundaries, memberships }), names: PERMISSIONS },
  { ambit: createAmbit({ schema, boundaries, granularOnly: [{ group: 'h' }] }), names: PERMISSIONS },
  {
    ambit: createAmbit({ schema, boundaries, granularOnly: [{ project: 'g/a' }], permissions }),
    names: permissions.assignables.map(({ name }) => name),
  },
]; // prettier-ignore

type Thing = Readonly<Record<string, unknown>>;
const PROJECTS = ['g/a', 'g/sub/b', 'h/a', 'lone'];
const projects: Thing[] = [...PROJECTS, null].map((at) => ({
  at,
  key: `key of ${at}`,
  issues: () => ({ totalCount: issues.length, nodes: issues }),
}));
const issues: Thing[] = PROJECTS.map((at, index) => ({
  at,
  title: `in ${at}`,
  project: () => projects[(index + 1) % projects.length],
}));
const query: Thing = {
  project: ({ at }: Thing) => projects.find((one) => one['at'] === at),
  projects,
  group: ({ at }: Thing) => ({
    at,
    projects: projects.filter((one) => String(one['at']).startsWith(`${String(at)}/`)),
  }),
  ...Object.fromEntries(
    [
      'wiki',
      'either',
      'settings',
      'diary',
      'motd',
      'version',
      's',
      'reading',
      'narrowly',
      'paid',
      'account',
    ].map((name) => [name, name]),
  ),
  self: () => query,
}; // prettier-ignore
const rootValue = {
  ...query,
  touch: ({ at }: Thing) => ({ done: true, project: projects.find((one) => one['at'] === at), query }),
  ping: 'ping',
  pong: 'pong',
};

const PROJECT = [
  '{ at }',
  '{ key }',
  '{ __typename }',
  '{ at issues { totalCount } }',
  '{ issues { nodes { title } } }',
  '{ __typename issues { nodes { at project { key } } } }',
];
const LEAVES = [
  'settings',
  'diary',
  'motd',
  'version',
  's',
  'reading',
  'narrowly',
  'paid',
  'account',
  'either',
  '__typename',
];
const QUERIES = [
  ...LEAVES,
  ...['g/a', 'g/sub/b', 'h/a', 'lone'].flatMap((at) => [
    `wiki(at: "${at}")`,
    `either(at: "${at}")`,
    ...PROJECT.map((inner) => `project(at: "${at}") ${inner}`),
  ]),
  ...PROJECT.map((inner) => `projects ${inner}`),
  ...['g', 'h', 'g/sub'].flatMap((at) =>
    ['{ at }', '{ projects { at } }', '{ projects { issues { nodes { title } } } }'].map(
      (inner) => `group(at: "${at}") ${inner}`,
    ),
  ),
  'self { motd version wiki(at: "g/a") }',
]; // prettier-ignore
const MUTATIONS = [
  'ping',
  'pong',
  '__typename',
  ...PROJECTS.flatMap((at) =>
    [
      '{ done }',
      '{ project { at } }',
      '{ project { issues { nodes { title } } } }',
      '{ query { motd wiki(at: "h/a") } }',
    ].map((inner) => `touch(at: "${at}") ${inner}`),
  ),
]; // prettier-ignore

const aliased = (fields: readonly string[]): string =>
  fields.map((field, index) => `k${index}: ${field}`).join(' ');
const document = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .array(fc.constantFrom(...QUERIES), { minLength: 1, maxLength: 6 })
      .map((all) => `{ ${aliased(all)} }`),
  },
  {
    weight: 1,
    arbitrary: fc
      .array(fc.constantFrom(...MUTATIONS), { minLength: 1, maxLength: 2 })
      .map((all) => `mutation { ${aliased(all)} }`),
  },
); // prettier-ignore
const documents = fc.array(document, { minLength: 3, maxLength: 3 });

const SCOPES = [
  's',
  's',
  'api',
  'api',
  'read_api',
  'read_api',
  'api:graphql:query:wiki',
  'api:graphql:query:projects',
  'api:graphql:query:*',
  'api:graphql:mutate:touch',
  'api:graphql:mutate:*',
  'unheard:of',
]; // prettier-ignore
const PLACES: readonly GrantBoundary[] = [
  { group: 'g' },
  { group: 'h' },
  { group: 'g/sub' },
  { project: 'g/a' },
  { project: 'g/sub/b' },
  { project: 'lone' },
  'user',
  'instance',
]; // prettier-ignore
const MEMBER: readonly GrantBoundary[] = ['all_memberships', 'personal'];
const some = <T>(list: readonly T[], most = 3): fc.Arbitrary<T[]> =>
  fc.uniqueArray(fc.constantFrom(...list), { minLength: 1, maxLength: most });

const granularOf = (names: readonly string[]): fc.Arbitrary<GranularGrant[]> =>
  fc.array(fc.record({ permissions: some(names), boundary: fc.constantFrom(...PLACES, ...MEMBER) }), {
    maxLength: 4,
  });
const grantsOf = (names: readonly string[]): fc.Arbitrary<Grants> =>
  fc.record(
    {
      subject: fc.constantFrom('ada', 'bob'),
      scopes: fc.array(fc.constantFrom(...SCOPES), { maxLength: 3 }),
      policies: fc.constantFrom(['paid'], []),
      roles: fc.constantFrom(['maintainer'], []),
      granular: granularOf(names),
      expires: fc.constantFrom('2999-01-01', '2998-06-01T00:00:00Z'),
    },
    { requiredKeys: ['scopes', 'granular'] },
  ); // prettier-ignore
const OPERATIONS = [
  'query:*',
  'query:wiki',
  'query:projects',
  'query:project',
  'query:self',
  'query:motd',
  'mutate:*',
  'mutate:touch',
  'mutate:ping',
];
const caveatOf = (names: readonly string[]): fc.Arbitrary<Caveat> =>
  fc.oneof(
    {
      weight: 12,
      arbitrary: fc
        .record(
          {
            operations: some(OPERATIONS, 6),
            permissions: some([...names, 'unheard_of'], 6),
            scopes: some([...SCOPES, 'u'], 6),
            boundaries: some(PLACES as readonly { group: string }[]),
            readOnly: fc.constant(true as const),
            label: fc.constant('x'),
            expires: fc.constantFrom('2001-01-01', '2999-01-01', '2999-01-01', '2999-01-01'),
          },
          { requiredKeys: [] },
        )
        .filter((one) => Object.keys(one).length > 0 && Object.keys(one).length < 4),
    },
    {
      weight: 1,
      arbitrary: fc.constantFrom({} as Caveat, { unheard: 'of' } as Caveat, { address: ['10.0.0.0/8'] }),
    },
  ); // prettier-ignore
const caveatsOf = (names: readonly string[], most = 2): fc.Arbitrary<Caveat[]> =>
  fc.array(caveatOf(names), { maxLength: most });
const world = fc.nat(WORLDS.length - 1);
const worldAt = (at: number): (typeof WORLDS)[number] => WORLDS[at] as (typeof WORLDS)[number];

/** Whether everything in `less` is in `more` too: what is null may be something, and lists may have more between. */
function within(less: unknown, more: unknown): boolean {
  if (less === null || less === undefined) return true;
  if (Array.isArray(less)) {
    if (!Array.isArray(more)) return false;
    let at = 0;
    return less.every((item) => {
      while (at < more.length && !within(item, more[at])) at += 1;
      return at++ < more.length;
    });
  }
  if (typeof less !== 'object') return less === more;
  if (typeof more !== 'object' || more === null) return false;
  return Object.entries(less).every(([key, value]) => within(value, (more as Thing)[key]));
}

const ORDER: readonly Outcome[] = ['rejected', 'filtered', 'deferred', 'allowed'];

async function answerTo(ambit: Ambit, source: string, grants: Grants): Promise<unknown> {
  const { data } = (await ambit.execute({ document: source, rootValue, grants })) as { data?: unknown };
  return data === undefined || data === null ? null : JSON.parse(JSON.stringify(data));
}

/** Fails where `less` is allowed anything that `more` is not; answers whether it was shown anything at all. */
async function expectLess(
  ambit: Ambit,
  sources: readonly string[],
  less: Grants,
  more: Grants,
): Promise<boolean> {
  let isShown = false;
  for (const source of sources) {
    const [fewer, all] = [await answerTo(ambit, source, less), await answerTo(ambit, source, more)];
    if (!within(fewer, all)) expect({ source, less, fewer }).toEqual({ source, more, all });
    const outcomes = [less, more].map((grants) => ambit.decide({ document: source, grants }).outcome);
    const [one, other] = outcomes.map((outcome) => ORDER.indexOf(outcome)) as [number, number];
    if (one > other) expect({ source, less, one: outcomes[0] }).toEqual({ source, more, one: outcomes[1] });
    isShown ||= fewer !== null && !within(fewer, {});
  }
  return isShown;
}

test('a caveat that is added allows nothing more', async () => {
  let shown = 0;
  const given = world.chain((at) =>
    fc.tuple(
      fc.constant(at),
      grantsOf(worldAt(at).names),
      caveatsOf(worldAt(at).names),
      caveatOf(worldAt(at).names),
      documents,
    ),
  );
  await fc.assert(
    fc.asyncProperty(given, async ([at, grants, caveats, more, sources]) => {
      const { ambit } = worldAt(at);
      const less = { ...grants, caveats: [...caveats, more] };
      if (await expectLess(ambit, sources, less, { ...grants, caveats })) shown += 1;
    }),
    { numRuns: 200 },
  );
  expect(shown).toBeGreaterThan(50);
});

test('what is narrowed is allowed nothing more', async () => {
  let shown = 0;
  const given = world.chain((at) =>
    fc.tuple(
      fc.constant(at),
      grantsOf(worldAt(at).names),
      caveatsOf(worldAt(at).names, 1),
      grantsOf(worldAt(at).names),
      caveatsOf(worldAt(at).names, 1),
      documents,
    ),
  );
  await fc.assert(
    fc.asyncProperty(given, async ([at, held, caveats, { subject: _, ...asked }, more, sources]) => {
      const { ambit } = worldAt(at);
      const parent = { ...held, caveats };
      const request = { ...asked, ...(isUnderstood(more) ? { caveats: more } : {}) };
      const { grants, refused } = ambit.narrow(parent, request);
      if (await expectLess(ambit, sources, grants, parent)) shown += 1;
      // Its own caveats may have left nothing of it.
      const isWhole = more.length === 0 && isUnderstood(caveats);
      if (isWhole) expect(ambit.narrow(grants, withoutSubject(grants)).refused).toEqual([]);
      expect(refused.every(({ message }) => message !== '')).toBe(true);
    }),
    { numRuns: 200 },
  );
  expect(shown).toBeGreaterThan(50);
});

test('what a credential holds is granted whole, and is what it covers', async () => {
  const given = world.chain((at) => fc.tuple(fc.constant(at), grantsOf(worldAt(at).names)));
  await fc.assert(
    fc.property(given, ([at, held]) => {
      const { ambit } = worldAt(at);
      const granular = held.granular?.flatMap(({ permissions, boundary }) => {
        const known = permissions.filter((name) => isOffered(ambit, name, boundary));
        return known.length === 0 ? [] : [{ permissions: known, boundary }];
      });
      const parent: Grants = { ...held, granular: granular ?? [] };
      const { grants, refused } = ambit.narrow(parent, withoutSubject(parent));
      expect(refused).toEqual([]);
      expect(withoutEmpty(grants)).toEqual(withoutEmpty(parent));
      expect(ambit.covers(parent, grants)).toBe(true);
    }),
    { numRuns: 500 },
  );
});

function isUnderstood(caveats: readonly Caveat[]): boolean {
  return caveats.every((one) => Object.keys(one).length > 0 && !('unheard' in one));
}

function withoutSubject({ subject: _, client: _client, authenticated: _auth, ...rest }: Grants): Grants {
  return { ...rest, caveats: isUnderstood(rest.caveats ?? []) ? (rest.caveats ?? []) : [] };
}

function withoutEmpty(grants: Grants): Grants {
  return Object.fromEntries(
    Object.entries(grants).filter(([, list]) => !Array.isArray(list) || list.length > 0),
  );
}

/** Whether granting a permission there grants anything. */
function isOffered(ambit: Ambit, name: string, boundary: GrantBoundary): boolean {
  const bundle = ambit.policy.catalog.assignables.get(name);
  const kinds = MEMBER.includes(boundary)
    ? ['group', 'project']
    : [typeof boundary === 'string' ? boundary : Object.keys(boundary)[0]];
  return !bundle || kinds.some((kind) => bundle.boundaries.includes(kind ?? ''));
}

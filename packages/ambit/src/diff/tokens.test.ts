import { describe, expect, it } from 'vitest';
import { Rights } from '../grants/rights.ts';
import { BoundaryKinds } from '../rules/boundarykinds.ts';
import { buildCatalog, type Catalog } from '../rules/catalog.ts';
import { catalogFrom } from '../rules/catalogsource.ts';
import { snapshotOf } from '../rules/snapshot.ts';
import type { GrantBoundary, Grants } from '../types.ts';
import { compareKinds } from './kinds.ts';
import { compareTokens, type StoredToken, tokensFrom } from './tokens.ts';

const kinds = new BoundaryKinds({ group: { parent: 'group' }, project: { parent: 'group' } });
const catalog = (...bundles: object[]): Catalog =>
  buildCatalog(
    catalogFrom({ permissions: ['read_box', 'open_box', 'paint_box'], permission_groups: bundles }),
    kinds.names(),
  );
const bundle = (name: string, permissions: string[], boundaries: string[]): object => ({
  name,
  permissions,
  boundaries,
});

const before = catalog(
  bundle('read_box', ['read_box', 'paint_box'], ['project', 'group']),
  bundle('open_box', ['open_box'], ['project', 'user']),
);
const after = catalog(bundle('read_box', ['read_box', 'open_box'], ['project']));
const loose = catalog();

const web = { project: 'acme/web' };
const grants: readonly Grants[] = [
  {},
  { scopes: ['api'] },
  { granular: [{ permissions: ['read_box'], boundary: web }] },
  { granular: [{ permissions: ['read_box', 'open_box'], boundary: { group: 'acme' } }] },
  {
    granular: [
      { permissions: ['open_box'], boundary: 'user' },
      { permissions: ['read_box'], boundary: web },
    ],
  },
  { granular: [{ permissions: ['paint_box', 'nothing_known'], boundary: web }] },
];

describe('what a change of bundles does to a token', () => {
  it.each([
    ['bundles change', before, after],
    ['bundles come', loose, before],
    ['bundles go', after, loose],
  ])('is what it does to the rights of the engine: %s', (_name, old, now) => {
    const names = ['read_box', 'open_box', 'paint_box'];
    const places = ['project:acme/web', 'group:acme', 'user:'];
    let differing = 0;
    for (const [index, one] of grants.entries()) {
      const [token] = compareTokens(
        [{ id: String(index), name: '', active: true, grants: one }],
        snapshotOf(old),
        snapshotOf(now),
      );
      const [rightsBefore, rightsNow] = [old, now].map((of) => Rights.of(one, of, kinds, 0));
      const told = (held: NonNullable<typeof token>['gained'] | undefined): string[] =>
        (held ?? [])
          .map(
            ({ permission, boundary }) =>
              `${permission} ${typeof boundary === 'string' ? `${boundary}:` : Object.entries(boundary).flat().join(':')}`,
          )
          .sort();
      const ofEngine = (has: Rights | undefined, not: Rights | undefined): string[] =>
        names
          .flatMap((name) =>
            places
              .filter((place) => isOwn(one, place) && has?.holds([name], place) && !not?.holds([name], place))
              .map((place) => `${name} ${place}`),
          )
          .sort();
      expect(told(token?.gained)).toEqual(ofEngine(rightsNow, rightsBefore));
      expect(told(token?.lost)).toEqual(ofEngine(rightsBefore, rightsNow));
      if (token) differing += 1;
    }
    expect(differing).toBeGreaterThan(1);
  });

  it('is told of `all_memberships` for each kind, and never for standalone ones', () => {
    const everywhere: Grants = { granular: [{ permissions: ['open_box'], boundary: 'all_memberships' }] };
    const token = { id: 'a', name: 'a', active: true, grants: everywhere };
    expect(compareTokens([token], snapshotOf(after), snapshotOf(before))).toEqual([
      {
        id: 'a',
        name: 'a',
        gained: [{ permission: 'open_box', boundary: 'all_memberships', boundaryType: 'project' }],
        lost: [],
      },
    ]);
  });

  it('is not told of tokens that are not active', () => {
    const token = { id: 'a', name: 'a', active: false, grants: grants[2]! };
    expect(compareTokens([token], snapshotOf(before), snapshotOf(after))).toEqual([]);
  });
});

describe('a list of tokens', () => {
  it('is read as the server prints it, and as a plain list', () => {
    const token = {
      id: 'a',
      name: 'CI',
      status: 'revoked',
      grants: {},
      expiresAt: '2027-01-01',
      createdBy: 'x',
    };
    const read = [{ id: 'a', name: 'CI', active: false, grants: {} }];
    expect(tokensFrom({ tokens: [token] })).toEqual(read);
    expect(tokensFrom([token])).toEqual(read);
  });

  it.each([
    ['no list', {}, 'no list of tokens'],
    ['an entry without an id', [{ name: 'x' }], 'place 1'],
    ['grants that are none', [{ id: 'a', grants: { scope: [] } }], 'the token `a`'],
    ['no grants', [{ id: 'a' }], 'the token `a`'],
  ])('is refused where it is %s', (_name, value, message) => {
    expect(() => tokensFrom(value)).toThrow(
      expect.objectContaining({ code: 'BAD_GRANTS', message: expect.stringContaining(message) }),
    );
  });
});

/** Whether the grants name this very place: what lies below it is not told again. */
function isOwn({ granular }: Grants, place: string): boolean {
  return (granular ?? []).some(
    ({ boundary }) =>
      (typeof boundary === 'string' ? `${boundary}:` : Object.entries(boundary).flat().join(':')) === place,
  );
}

describe('kinds of boundary that come to stand in others', () => {
  const loose = new BoundaryKinds({ organization: {}, clinic: {} });
  const nested = new BoundaryKinds({ organization: {}, clinic: { parent: 'organization' } });
  const own = snapshotOf(
    buildCatalog(
      catalogFrom({
        permissions: ['read_box'],
        permission_groups: [bundle('read_box', ['read_box'], ['organization'])],
      }),
      loose.names(),
    ),
  );
  const token = (boundary: GrantBoundary): StoredToken => ({
    id: 'a',
    name: 'a',
    active: true,
    grants: { granular: [{ permissions: ['read_box'], boundary }] },
  });
  const upper: GrantBoundary = { organization: 'acme' };
  const below = { permission: 'read_box', boundaryType: 'organization', below: 'clinic' };

  it('let what is held above count below, and the other way round', () => {
    const come = { before: loose, after: nested };
    expect(compareTokens([token(upper)], own, own, come)).toMatchObject([
      { gained: [{ ...below, boundary: upper }], lost: [] },
    ]);
    expect(compareTokens([token(upper)], own, own, { before: nested, after: loose })).toMatchObject([
      { gained: [], lost: [{ ...below, boundary: upper }] },
    ]);
    expect(compareTokens([token('all_memberships')], own, own, come)).toMatchObject([
      { gained: [{ ...below, boundary: 'all_memberships' }] },
    ]);
    expect(compareTokens([token({ clinic: 'north' })], own, own, come)).toEqual([]);
    expect(compareTokens([token(upper)], own, own, { before: nested, after: nested })).toEqual([]);
  });

  it('are told with what differs of them', () => {
    expect(compareKinds(loose, nested)).toMatchObject([
      { name: 'clinic', change: 'changed', old: { parent: null }, now: { parent: 'organization' } },
    ]);
    const named = new BoundaryKinds({ organization: { canonical: 'lowercase' }, ward: {} });
    expect(compareKinds(loose, named).map(({ name, change }) => `${name} ${change}`)).toEqual([
      'clinic removed',
      'organization changed',
      'ward new',
    ]);
    expect(compareKinds(nested, nested)).toEqual([]);
  });
});

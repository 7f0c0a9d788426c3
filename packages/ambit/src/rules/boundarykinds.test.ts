import { createAmbit, type Grants } from 'ambit';
import { describe, expect, it } from 'vitest';

const schema = `
  type Query { project(fullPath: ID!): Project }
  type Project @requiresPermissions(permissions: ["read_project"], boundaryType: "project", boundary: "fullPath") { fullPath: ID name: String }
`;
const run = async (canonical: unknown, held: Record<string, string>, found: unknown, groups: object = {}) => {
  const ambit = createAmbit({
    schema,
    boundaries: {
      group: { parent: 'group', ...groups },
      project: { parent: 'group', ...(canonical === undefined ? {} : { canonical: canonical as never }) },
    },
  });
  const grants: Grants = { granular: [{ permissions: ['read_project'], boundary: held }] };
  const rootValue = { project: { fullPath: found, name: 'Web' } };
  const result = await ambit.execute({ document: '{ project(fullPath: "x") { name } }', rootValue, grants });
  return result.data?.['project'] ? 'shown' : 'absent';
};
const withoutDashes = (identity: string) => identity.replaceAll('-', '');

describe('a canonical function', () => {
  it('decides which identities are the same', async () => {
    expect(await run(withoutDashes, { project: 'acme/w-e-b' }, 'acme/web')).toBe('shown');
    expect(await run(withoutDashes, { project: 'acme/web' }, 'ac-me/web')).toBe('shown');
    expect(await run(withoutDashes, { project: 'acme/web' }, 'acme/webs')).toBe('absent');
    expect(await run(undefined, { project: 'acme/web' }, 'ac-me/web')).toBe('absent');
  });

  it.each<[string, unknown]>([
    [
      'throws',
      () => {
        throw new Error('away');
      },
    ],
    ['answers null', () => null],
    ['answers nothing', () => undefined],
    ['answers an empty text', () => ''],
    ['answers a promise', async () => 'acme/web'],
    ['answers true', () => true],
    ['leaves an empty segment', () => 'acme//web'],
    ['leaves a way up', () => 'acme/../web'],
  ])('that %s leaves nothing to identify', async (_title, canonical) => {
    expect(await run(canonical, { project: 'acme/web' }, 'acme/web')).toBe('absent');
    expect(await run(canonical, { group: 'acme' }, 'acme/web')).toBe('absent');
  });

  it('is that of its own kind, also for what is above', async () => {
    const groups = { canonical: 'lowercase' };
    expect(await run(undefined, { group: 'ACME' }, 'Acme/web', groups)).toBe('shown');
    expect(await run(undefined, { project: 'acme/web' }, 'Acme/web', groups)).toBe('absent');
    expect(await run(undefined, { group: 'Acme' }, 'acme/web')).toBe('absent');
  });

  it('that makes identities longer comes to an end', async () => {
    const groups = { canonical: (identity: string) => `${identity}/x` };
    expect(await run(undefined, { group: 'other' }, 'acme/web', groups)).toBe('absent');
  });

  it('is refused where it is neither a function nor a known name', () => {
    expect(() =>
      createAmbit({ schema, boundaries: { project: { canonical: 'uppercase' as never } } }),
    ).toThrow(
      expect.objectContaining({ code: 'BAD_RULES', message: expect.stringContaining('`canonical`') }),
    );
  });
});

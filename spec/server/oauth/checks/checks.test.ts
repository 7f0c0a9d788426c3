import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { type OAuthSite, startOAuthSite } from '../site.ts';
import { CHECKS } from './all.ts';
import { Kit } from './kit.ts';
import { loadProgram, whileWeakened } from './program.ts';
import { WEAKENINGS } from './weakenings.ts';

let site: OAuthSite;
let kit: Kit;
beforeAll(async () => {
  // A day: the embedded database counts the time for which the clock was put forward, up to 24 days of it.
  site = await startOAuthSite('memory', ', refreshTokenDays: 1', {}, await loadProgram());
  kit = await Kit.of(site);
});
afterAll(() => site?.close());

describe.each(CHECKS.map((check) => [check.id, check] as const))('%s', (_id, check) => {
  test('is refused', async () => {
    expect(await check.attack(kit)).toBe(check.refused);
  });

  const { weakening, passes } = check;
  if (typeof weakening === 'string')
    test(`is not, without the defence: ${weakening}`, async () => {
      expect(await whileWeakened(weakening, () => check.attack(kit))).toBe(passes);
    });
});

test('every check has an id of its own, and is seen failing or says why not', () => {
  const ids = CHECKS.map(({ id }) => id);
  expect(ids.filter((id, at) => ids.indexOf(id) !== at)).toEqual([]);
  const names = WEAKENINGS.map(({ name }) => name);
  const unknown = CHECKS.filter(
    ({ weakening }) => typeof weakening === 'string' && !names.includes(weakening),
  );
  expect(unknown).toEqual([]);
  expect(CHECKS.filter(({ refused, passes }) => refused === passes).map(({ id }) => id)).toEqual([]);
  const unseen = CHECKS.filter(({ weakening }) => typeof weakening !== 'string');
  expect(unseen.length).toBeLessThanOrEqual(5);
});

test('every weakening is used', () => {
  const used = CHECKS.map(({ weakening }) => weakening);
  expect(WEAKENINGS.map(({ name }) => name).filter((name) => !used.includes(name))).toEqual([]);
});

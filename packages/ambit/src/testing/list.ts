import { isRecord, shortened } from './answer.ts';
import { type Check, check, untried } from './check.ts';
import { isBlank } from './compare.ts';
import type { Subject } from './subject.ts';
import { reference, tried } from './world.ts';

/** Whether a list shows exactly the items inside: neither one of those outside, nor a gap, nor fewer. */
export function listCheck({ given, permissions, holding }: Subject): Check {
  const name = 'a list shows the items in its place and no others';
  const { list } = given;
  if (!list) return untried(name, 'no `list` was given');
  return check(name, async () => {
    const by = await reference(given.open, given, given.subject);
    const whole = listAt(by.data, list.at);
    if (!whole)
      return [`at \`${list.at}\`: expected the API itself to answer a list, had ${shortened(by.data)}`];
    const isInside = (item: unknown): boolean => isRecord(item) && list.inside(item);
    const count = whole.filter(isInside).length;
    if (count === 0 || count === whole.length)
      return [
        `at \`${list.at}\`: expected items inside and outside, else it shows nothing; had ${count} of ${whole.length} inside`,
      ];
    const { answer } = await tried(given.open, given, holding(permissions, given.boundary));
    const expected = list.keepsPlaces
      ? whole.map((item) => (isInside(item) ? item : null))
      : whole.filter(isInside);
    const had = listAt(answer.data, list.at);
    if (JSON.stringify(had) === JSON.stringify(expected)) return [];
    const outside = (had ?? []).filter((item) => !isBlank(item) && !isInside(item));
    return [
      ...outside.map((item) => `at \`${list.at}\`: expected nothing from outside, had ${shortened(item)}`),
      `at \`${list.at}\`: expected ${shortened(expected)}, had ${shortened(had)}`,
    ];
  });
}

function listAt(data: unknown, path: string): readonly unknown[] | undefined {
  const value = path.split('.').reduce<unknown>((at, key) => (isRecord(at) ? at[key] : undefined), data);
  return Array.isArray(value) ? value : undefined;
}

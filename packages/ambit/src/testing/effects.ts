import type { Grants } from '../types.ts';
import { type Check, check, untried } from './check.ts';
import type { Subject } from './subject.ts';
import { type OpenWorld, tried, withSubject } from './world.ts';

interface Attempt {
  readonly by: string;
  readonly open: OpenWorld;
  readonly grants: Grants;
}

/** Whether a refused token has changed nothing, and whether that would have been noticed. */
export function effectChecks(subject: Subject): Check[] {
  const { given, verb, permissions, holding } = subject;
  const name = 'nothing has happened when it is refused';
  const seen = 'what it does is seen where it is carried';
  if (!(given.effects ?? verb === 'mutation')) {
    const reason =
      given.effects === false ? '`effects` is false' : `a ${verb}; with \`effects\` it is looked at`;
    return [untried(name, reason), untried(seen, reason)];
  }
  return [
    check(name, async () => {
      const found: string[] = [];
      for (const { by, open, grants } of attempts(subject)) {
        const { answer, before, after } = await tried(open, given, grants);
        if (answer.broken !== undefined) found.push(`${by}: ${answer.broken}`);
        if (before === undefined)
          return ['the world has no `state` to look at: give it one, or say `effects: false`'];
        if (before !== after)
          found.push(`${by}: expected the API to keep what it had, had ${difference(before, after)}`);
      }
      return found;
    }),
    verb === 'mutation'
      ? check(seen, async () => {
          const { before, after } = await tried(given.open, given, holding(permissions, given.boundary));
          return before === after
            ? [
                'expected `state` to differ after the mutation was carried, so that effects are noticed; it is the same',
              ]
            : [];
        })
      : untried(seen, `a ${verb} changes nothing`),
  ];
}

function attempts({ given, permissions, holding }: Subject): Attempt[] {
  const { open, openSwitchedOff, boundary, elsewhere, below } = given;
  const full = (place: typeof boundary): Grants => holding(permissions, place);
  return [
    { by: 'a token that holds nothing', open, grants: withSubject({}, given.subject) },
    ...permissions.map((one) => ({
      by: `a token without \`${one.granted}\``,
      open,
      grants: holding(
        permissions.filter((other) => other !== one),
        boundary,
      ),
    })),
    ...(elsewhere === undefined ? [] : [{ by: 'a token for another place', open, grants: full(elsewhere) }]),
    ...(below === undefined ? [] : [{ by: 'a token for a place below', open, grants: full(below) }]),
    ...(openSwitchedOff
      ? [{ by: 'a switched-off token', open: openSwitchedOff, grants: full(boundary) }]
      : []),
  ];
}

/** Where two texts begin to differ. */
function difference(before: string, after = ''): string {
  let at = 0;
  while (at < before.length && before[at] === after[at]) at += 1;
  const around = (text: string): string => `"${text.slice(Math.max(0, at - 20), at + 60)}"`;
  return `${around(after)} in the place of ${around(before)}`;
}

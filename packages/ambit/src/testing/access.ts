import type { Grants } from '../types.ts';
import { absenceTried } from './absence.ts';
import {
  assertChecks,
  type Check,
  type CheckResult,
  check,
  registerChecks,
  type TestFramework,
  untried,
} from './check.ts';
import { effectChecks } from './effects.ts';
import { notCarried, notDenied, notSwitchedOff } from './expect.ts';
import { checkGiven, checkNames } from './given.ts';
import { lackTried } from './lack.ts';
import { listCheck } from './list.ts';
import { rawNames } from './named.ts';
import type { GranularAccess, Subject } from './subject.ts';
import { verbOf } from './verb.ts';
import { COARSE, engineOf, reference, tried, withSubject } from './world.ts';

/**
 * Everything that has to hold of one operation under granular tokens, as checks that any test framework can loop over.
 * Each opens worlds of its own. What cannot be tried says why in `notRun`.
 *
 * @throws GraphQLError if the document is no GraphQL, TypeError if a key is unknown or missing, or a value is none
 */
export function granularChecks(given: GranularAccess): readonly Check[] {
  checkGiven(given);
  const permissions = given.permissions.map((one) =>
    typeof one === 'string' ? { granted: one, named: one } : one,
  );
  const holding: Subject['holding'] = (held, boundary) => ({
    ...(given.subject === undefined ? {} : { subject: given.subject }),
    granular: [
      ...(held.length > 0 ? [{ permissions: held.map(({ granted }) => granted), boundary }] : []),
      ...(given.besides ?? []),
    ],
  });
  const subject: Subject = { given, verb: verbOf(given), permissions, holding };
  const checks = [
    ...carriedChecks(subject),
    ...refusedChecks(subject),
    ...placeChecks(subject),
    listCheck(subject),
    switchCheck(subject),
    ...effectChecks(subject),
  ];
  return checks.map((one) => namesFirst(one, subject));
}

/** What a world can tell of names is known when the first one is opened; no check says anything about wrong ones. */
function namesFirst(one: Check, subject: Subject): Check {
  if (one.notRun !== undefined) return one;
  const run = async (): Promise<void> => {
    await checkNames(subject);
    await one.run();
  };
  return { ...one, run };
}

/**
 * Runs all checks of an operation and answers what came of each.
 * @throws CheckFailed that lists every promise that does not hold, with what was expected and had
 */
export async function assertGranularAccess(given: GranularAccess): Promise<readonly CheckResult[]> {
  return assertChecks(granularChecks(given));
}

/** A group of tests of one operation, in Vitest, Jest or node:test. */
export function describeGranularAccess(
  framework: TestFramework & { readonly describe: (name: string, tests: () => void) => unknown },
  title: string,
  given: GranularAccess,
): void {
  framework.describe(title, () => registerChecks(framework, granularChecks(given)));
}

function carriedChecks({ given, verb, permissions, holding }: Subject): Check[] {
  const carries = async (grants: Grants): Promise<string[]> => {
    const by = await reference(given.open, given, given.subject);
    const { answer } = await tried(given.open, given, grants);
    return notCarried(answer, by, verb, given.varies ?? []);
  };
  const above = 'the permissions in a place above carry it';
  const { boundary, parent } = given;
  return [
    check('a coarse token carries it', () => carries(withSubject(COARSE, given.subject))),
    check('the permissions in its place carry it', () => carries(holding(permissions, boundary))),
    parent === undefined
      ? untried(above, 'no `parent` was given')
      : check(above, () => carries(holding(permissions, parent))),
  ];
}

function refusedChecks({ given, permissions, holding }: Subject): Check[] {
  const nothing = async (): Promise<string[]> =>
    notDenied((await tried(given.open, given, withSubject({}, given.subject))).answer);
  return [
    check('a token that holds nothing is refused', nothing),
    ...permissions.map((one) =>
      check(`without \`${one.granted}\` it is refused, and told so`, async () => {
        const others = permissions.filter((other) => other !== one);
        const ambit = await engineOf(given.open);
        const { sentences } = await lackTried({
          ...given,
          question: given,
          subject: given.subject,
          grants: holding(others, given.boundary),
          permissions: rawNames(ambit, given, one),
          granted: one.named === one.granted ? one.granted : undefined,
          ambit,
        });
        return sentences;
      }),
    ),
  ];
}

function placeChecks({ given, permissions, holding }: Subject): Check[] {
  const absentFrom = (name: string, key: 'elsewhere' | 'below'): Check => {
    const boundary = given[key];
    if (boundary === undefined) return untried(name, `no \`${key}\` was given`);
    return check(name, async () => {
      const { sentences } = await absenceTried({
        ...given,
        question: given,
        grants: holding(permissions, boundary),
        inside: given.list ? holding(permissions, given.boundary) : undefined,
        keepsPlaces: given.list?.keepsPlaces,
        holdsBelow: key === 'below',
      });
      return sentences;
    });
  };
  return [
    absentFrom('the permissions in another place show nothing of it', 'elsewhere'),
    absentFrom('the permissions in a place below show nothing of it', 'below'),
  ];
}

function switchCheck({ given, verb, permissions, holding }: Subject): Check {
  const name = 'while granular tokens are switched off, only coarse ones carry it';
  const { openSwitchedOff } = given;
  if (!openSwitchedOff) return untried(name, 'no `openSwitchedOff` was given');
  return check(name, async () => {
    const granular = await tried(openSwitchedOff, given, holding(permissions, given.boundary));
    const coarse = await tried(openSwitchedOff, given, withSubject(COARSE, given.subject));
    const by = await reference(given.open, given, given.subject);
    return [
      ...notSwitchedOff(granular.answer).map((sentence) => `granular: ${sentence}`),
      ...notCarried(coarse.answer, by, verb, given.varies ?? []).map((sentence) => `coarse: ${sentence}`),
    ];
  });
}

import { print } from 'graphql';
import { NOT_FOUND_CODE } from '../errors.ts';
import { type Answer, type AnswerError, isRecord, isSilence, shortened } from './answer.ts';
import { isBlank, leavesIn, sharedItems } from './compare.ts';
import { errorsText } from './expect.ts';
import { below, type Position, positionsOf } from './selected.ts';
import { verbOf } from './verb.ts';
import type { Question } from './world.ts';

/** What an answer is judged by in which nothing of an object should be. */
export interface Absence {
  readonly question: Question;
  /** What the API answers by itself: nothing of it may be repeated. */
  readonly by: Answer;
  /** Paths of objects that are shown around nothing, since the token holds something in them (M12). */
  readonly passed: readonly string[];
  /** Whether any object may be shown so that is no item of a list: the token holds something below. */
  readonly holdsBelow?: boolean;
}

/** What is wrong with an answer that should be as if nothing were there. */
export function notAbsent(answer: Answer, absence: Absence): string[] {
  const { data, errors, broken } = answer;
  if (broken !== undefined) return [broken];
  const found = [...dataTroubles(data, absence), ...notQuiet(answer, absence)];
  if (verbOf(absence.question) === 'mutation' && !errors.some(({ code }) => code === NOT_FOUND_CODE))
    found.push(`expected an error with the code ${NOT_FOUND_CODE}, had ${errorsText(errors)}`);
  return found;
}

/** What is wrong with an answer that should be the same as where there is nothing; `by` and `byThere` are the API's own. */
export function notAlike(answer: Answer, there: Answer, by: Answer, byThere: Answer): string[] {
  const problem = answer.broken ?? there.broken;
  if (problem !== undefined) return [problem];
  if (by.whole === byThere.whole)
    return ['expected `nowhere` to aim at nothing, and the API itself answers it as the operation'];
  if (answer.whole === there.whole) return [];
  return [
    `expected the same answer as for \`nowhere\`, ${shortened(there.whole)}, had ${shortened(answer.whole)}`,
  ];
}

/** What is wrong with an answer in which nothing of another one should be: what lists many places shows its own. */
export function notApart(answer: Answer, other: Answer, absence: Absence, keepsPlaces = false): string[] {
  const problem = answer.broken ?? other.broken;
  if (problem !== undefined) return [problem];
  if (isBlank(other.data)) return ['expected items in the place itself to compare with, had none'];
  const positions = positionsOf(absence.question);
  return [
    ...sharedItems(answer.data, other.data),
    ...gaps(answer.data, '', (at) => keepsPlaces || positions.get(at)?.keepsPlaces === true),
    ...notQuiet(answer, absence),
  ];
}

function gaps(value: unknown, path: string, keepsPlaces: (path: string) => boolean): string[] {
  if (Array.isArray(value)) {
    const isGapped = !keepsPlaces(path) && value.includes(null);
    return [
      ...(isGapped ? [gapped(path, value)] : []),
      ...value.flatMap((one) => gaps(one, path, keepsPlaces)),
    ];
  }
  if (!isRecord(value)) return [];
  return Object.entries(value).flatMap(([key, one]) => gaps(one, below(path, key), keepsPlaces));
}

function gapped(path: string, value: unknown): string {
  return `at \`${path}\`: expected what is outside to be left out, since gaps count it; had ${shortened(value)}`;
}

function dataTroubles(data: Answer['data'], absence: Absence): string[] {
  const found = Object.entries(data ?? {}).flatMap(([key, value]) => frameTroubles(value, key, absence));
  if (found.length === 0 || isBlank(data)) return found;
  return [`expected nothing to be shown, had ${shortened(data)}`];
}

/** What says, at one position, that something is there. */
function frameTroubles(value: unknown, path: string, absence: Absence, isItem = false): string[] {
  const positions = positionsOf(absence.question);
  if (value === null) return [];
  const { passed, holdsBelow = false } = absence;
  if (Array.isArray(value)) {
    const isGap = value.some((one) => one === null) && positions.get(path)?.keepsPlaces !== true;
    if (isGap) return [gapped(path, value)];
    return value.flatMap((one) => frameTroubles(one, path, absence, true));
  }
  if (!isRecord(value)) return [`at \`${path}\`: expected nothing, had ${shortened(value)}`];
  if (isEmptyConnection(value)) return [];
  const hint =
    verbOf(absence.question) === 'query' ? '; where the token may pass through it, name it in `passed`' : '';
  if (!passed.includes(path) && (isItem || !holdsBelow))
    return [`at \`${path}\`: expected null, as where nothing is, had an object: ${shortened(value)}${hint}`];
  return Object.entries(value).flatMap(([key, one]) =>
    insideTroubles(one, below(path, key), positions.get(below(path, key)), absence),
  );
}

/** What is passed through has no leaf of its own, but for a name of its type that comes with what is in it. */
function insideTroubles(
  value: unknown,
  path: string,
  position: Position | undefined,
  absence: Absence,
): string[] {
  if (position?.fields.endsWith('.__typename')) return [];
  if (position?.isLeaf === false) return frameTroubles(value, path, absence);
  return [`at \`${path}\`: expected nothing of the object to be read, had ${shortened(value)} in it`];
}

function isEmptyConnection(value: Readonly<Record<string, unknown>>): boolean {
  const items = [value['nodes'], value['edges']].filter((one) => one !== undefined);
  return (
    items.length > 0 &&
    Object.entries(value).every(([key, one]) =>
      key === 'nodes' || key === 'edges'
        ? Array.isArray(one) && one.length === 0
        : isRecord(one)
          ? Object.values(one).every((detail) => !detail)
          : !one,
    )
  );
}

/** Errors that say more than that nothing is there. */
function notQuiet({ errors }: Answer, { question, by }: Absence): string[] {
  const isSubscription = verbOf(question) === 'subscription';
  const loud = errors.filter(
    (error) =>
      error.missing.length > 0 ||
      !(error.code === NOT_FOUND_CODE || isOwnNull(error) || (isSubscription && isSilence(error))),
  );
  const found =
    loud.length > 0
      ? [
          `expected no error but ${NOT_FOUND_CODE}, as if nothing were there, and no word on what is missing; had ${errorsText(loud)}`,
        ]
      : [];
  const secrets = secretsOf(by, question);
  for (const error of errors) {
    const text = `${isOwnNull(error) ? '' : error.message} ${error.details}`;
    const secret = secrets.find((one) => text.includes(one));
    if (secret !== undefined)
      found.push(`expected no error to repeat ${shortened(secret)}, had ${error.message} ${error.details}`);
  }
  return found;
}

/** Whether it is GraphQL's own error for a null where none may be. */
export function isOwnNull({ code, message }: AnswerError): boolean {
  return (
    (code === undefined || code === 'INTERNAL_SERVER_ERROR') &&
    /^Cannot return null for non-nullable field \w+\.\w+\.$/.test(message)
  );
}

/** Strings that only the API knows: they stand in its answer, and not in what was asked. */
function secretsOf({ data }: Answer, { document, variables }: Question): string[] {
  const asked = `${typeof document === 'string' ? document : print(document)} ${JSON.stringify(variables ?? {})}`;
  return leavesIn(data).flatMap(({ value }) =>
    typeof value === 'string' && value.length > 3 && !asked.includes(value) ? [value] : [],
  );
}

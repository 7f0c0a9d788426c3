import { DENIED_CODE } from '../errors.ts';
import { isOwnNull } from './absent.ts';
import { type Answer, type AnswerError, isRecord, shortened } from './answer.ts';
import { isBlank, leavesIn } from './compare.ts';
import { errorsText } from './expect.ts';
import { bundleHint } from './named.ts';
import { below, positionsOf } from './selected.ts';
import { verbOf } from './verb.ts';
import type { Question } from './world.ts';

/** What an answer is judged by that lacks one permission. */
export interface Refusal {
  readonly question: Question;
  /** The raw permissions of which errors name one. */
  readonly permissions: readonly string[];
  /** The name under which it is granted, where that may be a bundle's. */
  readonly granted?: string | undefined;
  /** What the API answers by itself. */
  readonly by: Answer;
  readonly varies: readonly string[];
  /** Paths at which what is withheld elsewhere may be read. */
  readonly repeats: readonly string[];
}

/** What is wrong with an answer that should have been refused for the want of a permission. */
export function notRefused(answer: Answer, refusal: Refusal): string[] {
  const { data, errors } = answer;
  const { permissions, question } = refusal;
  const naming = errors.filter(
    (error) => error.code === DENIED_CODE && permissions.some((one) => names(error, one)),
  );
  const found: string[] = [];
  if (naming.length === 0)
    found.push(
      `expected an error with the code ${DENIED_CODE} that names ${permissions.map((one) => `\`${one}\``).join(' or ')}, had ${errorsText(errors)}`,
    );
  const others = errors.filter(({ code }) => code === DENIED_CODE).flatMap(({ missing }) => missing);
  if (naming.length === 0 && others.length > 0 && refusal.granted !== undefined)
    found.push(bundleHint(refusal.granted, [...new Set(others)]));
  const isQuery = verbOf(question) === 'query';
  // A payload around nothing would say that it was carried: a mutation is refused whole.
  if (!isQuery && Object.values(data ?? {}).some((value) => value !== null))
    found.push(`expected nothing to be answered, had ${shortened(data)}`);
  if (naming.length === 0 && !isBlank(data) && isQuery)
    found.push(`expected it to be withheld, had ${shortened(data)}`);
  const uncoded = errors.filter((error) => error.code === undefined && !isOwnNull(error));
  if (uncoded.length > 0) found.push(`expected each error to have a code, had ${errorsText(uncoded)}`);
  found.push(...errors.flatMap(({ path }) => pathTroubles(data, path)));
  if (isQuery && refusal.by.data !== null)
    found.push(
      ...leftTroubles(answer, refusal),
      ...naming.flatMap(({ path }) => sameElsewhere(data, path, refusal)),
    );
  return found;
}

function names({ message, missing }: AnswerError, permission: string): boolean {
  return missing.includes(permission) && message.includes(`\`${permission}\``);
}

/** An error belongs to a position of the answer, which is null there, or null further up. */
function pathTroubles(data: unknown, path: AnswerError['path']): string[] {
  const at = path.join('.');
  return valuesAt(data, path).flatMap((value) => {
    if (value === null) return [];
    return value === undefined
      ? [`expected a position at \`${at}\`, where the error is, had none`]
      : [`expected null at \`${at}\`, where the error is, had ${shortened(value)}`];
  });
}

/** What a path leads to; one that leaves the places in a list out leads to each of its items. */
function valuesAt(value: unknown, path: AnswerError['path']): unknown[] {
  const [step, ...rest] = path;
  if (step === undefined || value === null || value === undefined) return [value];
  if (!Array.isArray(value)) return isRecord(value) ? valuesAt(value[String(step)], rest) : [undefined];
  return typeof step === 'number'
    ? valuesAt(value[step], rest)
    : value.flatMap((item) => valuesAt(item, path));
}

/** What is left has to be part of what the API answers, and less than that. */
function leftTroubles({ data }: Answer, { by, varies }: Refusal): string[] {
  const own = leavesIn(by.data);
  const left = leavesIn(data);
  const known = new Set(own.map(({ path, value }) => JSON.stringify([path, value])));
  const strange = left.filter(
    ({ path, value }) => !known.has(JSON.stringify([path, value])) && !varies.includes(path),
  );
  const found = strange
    .slice(0, 3)
    .map(
      ({ path, value }) => `at \`${path}\`: had ${shortened(value)}, which the API does not answer by itself`,
    );
  if (left.length >= own.length)
    found.push(`expected less than the API answers by itself, had ${shortened(data)}`);
  return found;
}

/** What is withheld at one position and stands at another one all the same. */
function sameElsewhere(data: Answer['data'], path: AnswerError['path'], refusal: Refusal): string[] {
  const at = path.filter((step) => typeof step === 'string').join('.');
  const positions = positionsOf(refusal.question);
  const fields = positions.get(at)?.fields;
  const aliases = [...positions.values()].filter((one) => one.fields === fields && one.at !== at);
  const withheld = valuesAt(refusal.by.data, path).flatMap(objectsIn);
  const isSame = (shown: Shown): boolean => withheld.some(({ value }) => isPartOf(value, shown.value));
  const shownAt = new Set([
    ...aliases
      .filter((one) => valuesAt(data, one.at.split('.')).some((value) => !isBlank(value)))
      .map((one) => one.at),
    ...allObjects(data, '').flatMap((shown) => (isSame(shown) ? [shown.at] : [])),
  ]);
  return [...shownAt]
    .filter((one) => !refusal.repeats.includes(one))
    .map(
      (one) =>
        `at \`${one}\`: had what is withheld at \`${at}\`; where it may be read there, name it in \`repeats\``,
    );
}

interface Shown {
  readonly at: string;
  readonly value: Readonly<Record<string, unknown>>;
}

/** The objects that a value is made of, through lists and connections, and not what stands in them. */
function objectsIn(value: unknown): Shown[] {
  if (Array.isArray(value)) return value.flatMap(objectsIn);
  if (!isRecord(value)) return [];
  const { nodes, edges, node } = value;
  return [{ at: '', value }, ...[nodes, edges, node].flatMap(objectsIn)];
}

function allObjects(value: unknown, at: string): Shown[] {
  if (Array.isArray(value)) return value.flatMap((item) => allObjects(item, at));
  if (!isRecord(value)) return [];
  return [{ at, value }, ...Object.entries(value).flatMap(([key, item]) => allObjects(item, below(at, key)))];
}

/** Whether two objects have leaves in common, all of them the same, and one that tells something. */
function isPartOf(one: Shown['value'], other: Shown['value']): boolean {
  const common = Object.keys(one).filter(
    (key) => key !== '__typename' && isTold(one[key]) && isTold(other[key]),
  );
  return (
    common.every((key) => one[key] === other[key]) &&
    common.some((key) => typeof one[key] === 'string' || typeof one[key] === 'number')
  );
}

function isTold(value: unknown): boolean {
  return value !== null && value !== undefined && typeof value !== 'object';
}

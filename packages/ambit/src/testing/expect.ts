import type { OperationTypeNode } from 'graphql';
import { DENIED_CODE, NOT_FOUND_CODE, SWITCHED_OFF_CODE } from '../errors.ts';
import { type Answer, type AnswerError, isRecord, shortened } from './answer.ts';
import { isBlank, sharedItems, strangenesses, valueAt } from './compare.ts';

/** `query`, `mutation` or `subscription`, as graphql-js writes it. */
type Verb = `${OperationTypeNode}`;

/** What is wrong with an answer that should have been given: one sentence each. */
export function notCarried(answer: Answer, by: Answer, verb: Verb, varies: readonly string[]): string[] {
  const { data, errors } = answer;
  if (errors.length > 0) return [`expected no errors, had ${errorsText(errors)}`];
  if (data === null) return ['expected data, had null'];
  if (by.errors.length > 0 || by.data === null)
    return [`the API itself does not answer it, so nothing can be compared: ${errorsText(by.errors)}`];
  const missing = Object.entries(data)
    .filter(([, value]) => value === null)
    .map(([key]) => `expected \`${key}\` to be there, had null`);
  if (missing.length > 0) return missing;
  const payloads = verb === 'mutation' ? Object.entries(data).flatMap(payloadTroubles) : [];
  if (payloads.length > 0) return payloads;
  if (isBlank(data)) return [`expected something to be read, had ${shortened(data)}`];
  return strangenesses(data, by.data, varies);
}

function payloadTroubles([key, payload]: [string, unknown]): string[] {
  if (!isRecord(payload)) return [];
  const { errors, ...rest } = payload;
  if (Array.isArray(errors) && errors.length > 0)
    return [`expected \`${key}.errors\` to be empty, had ${shortened(errors)}`];
  if (Object.keys(rest).length === 0)
    return [
      `\`${key}\` selects nothing but \`errors\`: select what it returns too, else a null there is not seen`,
    ];
  return Object.entries(rest)
    .filter(([, value]) => value === null)
    .map(([name]) => `expected \`${key}.${name}\` to be there, had null`);
}

/**
 * What is wrong with an answer that should have been refused for the want of a permission. Where an interface or a
 * union hides which type is denied, the object looks as if it were not there, and an error need not say why.
 */
export function notRefused(answer: Answer, verb: Verb, permission: string, isAbstract = false): string[] {
  const { data, errors } = answer;
  if (isAbstract && errors.length === 0)
    return isBlank(data) ? [] : [`expected nothing to be shown, had ${shortened(data)}`];
  const naming = errors.filter((error) => error.code === DENIED_CODE && names(error, permission));
  const found: string[] = [];
  if (naming.length === 0)
    found.push(
      `expected an error with the code ${DENIED_CODE} that names \`${permission}\`, had ${errorsText(errors)}`,
    );
  if (verb !== 'query' && !isBlank(data))
    found.push(`expected nothing to be answered, had ${shortened(data)}`);
  if (naming.length === 0 && !isBlank(data) && verb === 'query')
    found.push(`expected it to be withheld, had ${shortened(data)}`);
  for (const { path } of naming) {
    const value = valueAt(data, path);
    if (!isBlank(value))
      found.push(`expected null at \`${path.join('.')}\`, where the error is, had ${shortened(value)}`);
  }
  return found;
}

function names({ message, missing }: AnswerError, permission: string): boolean {
  return missing.includes(permission) && message.includes(`\`${permission}\``);
}

/** What is wrong with an answer that should be as if nothing were there. */
export function notAbsent({ data, errors, broken }: Answer, verb: Verb): string[] {
  if (broken !== undefined) return [broken];
  const found: string[] = [];
  if (!isBlank(data)) found.push(`expected nothing to be shown, had ${shortened(data)}`);
  if (verb === 'mutation' && !errors.some(({ code }) => code === NOT_FOUND_CODE))
    found.push(`expected an error with the code ${NOT_FOUND_CODE}, had ${errorsText(errors)}`);
  const hints = errors.filter(({ missing }) => missing.length > 0);
  if (hints.length > 0)
    found.push(
      `expected no error to say what is missing, since it is held elsewhere; had ${errorsText(hints)}`,
    );
  return found;
}

/** What is wrong with an answer in which nothing of another one should be: what lists many places shows its own. */
export function notApart({ data, broken }: Answer, other: Answer): string[] {
  const problem = broken ?? other.broken;
  if (problem !== undefined) return [problem];
  if (isBlank(other.data)) return ['expected items in the place itself to compare with, had none'];
  return sharedItems(data, other.data);
}

/** What is wrong with an answer to a token of a kind that is switched off. */
export function notSwitchedOff({ data, errors }: Answer): string[] {
  const found: string[] = [];
  if (!errors.some(({ code }) => code === SWITCHED_OFF_CODE))
    found.push(`expected an error with the code ${SWITCHED_OFF_CODE}, had ${errorsText(errors)}`);
  if (!isBlank(data)) found.push(`expected nothing to be answered, had ${shortened(data)}`);
  return found;
}

/** What is wrong with an answer to a token that holds nothing. */
export function notDenied({ data, errors }: Answer): string[] {
  const found: string[] = [];
  if (!errors.some(({ code }) => code === DENIED_CODE))
    found.push(`expected an error with the code ${DENIED_CODE}, had ${errorsText(errors)}`);
  if (!isBlank(data)) found.push(`expected nothing to be answered, had ${shortened(data)}`);
  return found;
}

function errorsText(errors: readonly AnswerError[]): string {
  if (errors.length === 0) return 'no errors';
  const texts = errors.slice(0, 3).map(({ code, message }) => `${code ?? 'no code'}: ${message}`);
  return `${texts.join('; ')}${errors.length > 3 ? `; and ${errors.length - 3} more` : ''}`;
}

import type { OperationTypeNode } from 'graphql';
import { DENIED_CODE, SWITCHED_OFF_CODE } from '../errors.ts';
import { type Answer, type AnswerError, isRecord, shortened } from './answer.ts';
import { isBlank, strangenesses } from './compare.ts';

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

/** The errors of an answer in a sentence. */
export function errorsText(errors: readonly AnswerError[]): string {
  if (errors.length === 0) return 'no errors';
  const texts = errors.slice(0, 3).map(({ code, message }) => `${code ?? 'no code'}: ${message}`);
  return `${texts.join('; ')}${errors.length > 3 ? `; and ${errors.length - 3} more` : ''}`;
}

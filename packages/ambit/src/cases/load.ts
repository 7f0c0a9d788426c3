import { GraphQLError, parse } from 'graphql';
import { AmbitError } from '../errors.ts';
import type { RequestFacts } from '../facts/facts.ts';
import { parseWithAnyCaveats } from '../grants/grants.ts';
import { readText } from '../load.ts';
import type { Effect, Grants, Need, Outcome } from '../types.ts';
import type { Case, Expectation, Extras } from './case.ts';
import { Reader } from './reader.ts';
import { type Instead, SETTING_KEYS, Settings } from './setting.ts';

const FILE_EXTRAS: readonly string[] = ['title', 'cites', 'data', 'resolvers'];
const CASE_EXTRAS: readonly string[] = ['title', 'cites', 'doors', 'aim', 'data', 'events', 'response'];
const FILE_KEYS: readonly string[] = [...SETTING_KEYS, 'cases', ...FILE_EXTRAS];
const CASE_KEYS: readonly string[] = [
  'id',
  'grants',
  'operation',
  'variables',
  'operationName',
  'effect',
  'facts',
  'expect',
  ...SETTING_KEYS,
  ...CASE_EXTRAS,
];
const FACT_KEYS: readonly string[] = ['memberships', 'policies', 'granular', 'places'];
const EXPECT_KEYS: readonly string[] = ['outcome', 'operation', 'denied', 'deferred', 'needs'];
const EFFECTS: readonly Effect[] = ['filter', 'reject', 'hide'];
const OUTCOMES: readonly Outcome[] = ['rejected', 'filtered', 'deferred', 'allowed'];

/**
 * Reads a case file and everything that it names. @throws AmbitError, as `parseCaseFile` does, or UNREADABLE
 *
 * @param instead stands for what the file says for all of its cases: paths by key, `schema` to `coverage`
 */
export async function loadCaseFile(path: string, instead: Instead = {}): Promise<readonly Case[]> {
  return parseCaseFile(await readText(path), path, instead);
}

/**
 * The cases of a case file, ready to run. `file` is what its paths are seen from.
 * @throws AmbitError BAD_CASES, or what is wrong with the schema, rules or catalogue that it names
 */
export async function parseCaseFile(
  text: string,
  file: string,
  instead: Instead = {},
): Promise<readonly Case[]> {
  const whole = Reader.parse(text, file);
  whole.mapping('a case file', FILE_KEYS);
  const settings = new Settings(whole, instead);
  const cases: Case[] = [];
  const lines = new Map<string, number | undefined>();
  for (const one of whole.at('cases').items('`cases`')) {
    const found = await caseFrom(one, whole, settings);
    if (lines.has(found.id))
      throw one.bad(
        `the id \`${found.id}\` is taken by the case on line ${lines.get(found.id) ?? '?'}`,
        'give every case an id of its own',
      );
    lines.set(found.id, found.line);
    cases.push(found);
  }
  if (cases.length === 0) throw whole.bad('the file holds no cases');
  return cases;
}

async function caseFrom(one: Reader, whole: Reader, settings: Settings): Promise<Case> {
  one.mapping('a case', CASE_KEYS);
  const id = one.at('id').text('`id`');
  if (!id) throw one.bad('a case needs an `id`');
  const operation = one.at('operation').text('`operation`');
  if (!operation) throw one.bad(`case \`${id}\` needs an \`operation\``);
  const extras = extrasOf(one, whole);
  const variables = one.at('variables');
  return {
    ...(await settings.of(one)),
    id,
    file: one.file,
    line: one.line,
    grants: grantsOf(one.at('grants'), id),
    operation,
    operationName: one.at('operationName').text('`operationName`'),
    variables: variables.value === undefined ? undefined : variables.mapping('`variables`'),
    effect: one.at('effect').word('`effect`', EFFECTS),
    facts: factsOf(one.at('facts'), id),
    expect: expectationOf(one.at('expect'), id, extras),
    extras,
  };
}

/** What the caveats hold is for the engine to read: a case may well say what happens when they are malformed. */
function grantsOf(source: Reader, id: string): Grants {
  if (source.value === undefined)
    throw source.bad(`case \`${id}\` needs \`grants\``, 'write `grants: {}` for a token that holds nothing');
  try {
    return parseWithAnyCaveats(source.value);
  } catch (error) {
    if (!(error instanceof AmbitError)) throw error;
    throw source.bad(`the grants of case \`${id}\`: ${error.message}`, error.suggestion);
  }
}

/** What the facts hold is for the engine to read: a case may well say what happens when they are malformed. */
function factsOf(source: Reader, id: string): RequestFacts | undefined {
  if (source.value === undefined) return undefined;
  return source.mapping(`\`facts\` of case \`${id}\``, FACT_KEYS) as RequestFacts;
}

function extrasOf(one: Reader, whole: Reader): Extras {
  const extras: Record<string, unknown> = {};
  for (const key of FILE_EXTRAS) if (whole.at(key).value !== undefined) extras[key] = whole.at(key).value;
  for (const key of CASE_EXTRAS) if (one.at(key).value !== undefined) extras[key] = one.at(key).value;
  return extras;
}

function expectationOf(source: Reader, id: string, extras: Extras): Expectation {
  const written = source.mapping(`\`expect\` of case \`${id}\``, EXPECT_KEYS);
  if (Object.keys(written).length === 0 && extras.response === undefined) {
    throw source.bad(
      `\`expect\` of case \`${id}\` is empty: it would pass whatever happens`,
      `say one of ${EXPECT_KEYS.join(', ')}`,
    );
  }
  const outcome = source.at('outcome').word('`outcome`', OUTCOMES);
  const operation = source.at('operation').value === null ? null : source.at('operation').text('`operation`');
  if (typeof operation === 'string') mustParse(operation, source.at('operation'));
  const denied = pathsOf(source.at('denied'), '`denied`');
  const deferred = pathsOf(source.at('deferred'), '`deferred`');
  const needs = needsOf(source.at('needs'));
  return {
    ...(outcome === undefined ? {} : { outcome }),
    ...(operation === undefined ? {} : { operation }),
    ...(denied ? { denied } : {}),
    ...(deferred ? { deferred } : {}),
    ...(needs ? { needs } : {}),
  };
}

function mustParse(operation: string, source: Reader): void {
  try {
    parse(operation, { noLocation: true });
  } catch (error) {
    throw source.bad(
      `the expected \`operation\` is not GraphQL: ${error instanceof GraphQLError ? error.message : ''}`,
    );
  }
}

function pathsOf(source: Reader, what: string): string[] | undefined {
  if (source.value === undefined) return undefined;
  return source.items(what).map((item) => {
    if (typeof item.value === 'string') return item.value;
    throw item.bad(`${what} has to be a list of response paths such as \`project.issues.nodes\``);
  });
}

function needsOf(source: Reader): Need[][] | undefined {
  if (source.value === undefined) return undefined;
  return source.items('`needs`').map((inner) => inner.items('each alternative of `needs`').map(needOf));
}

function needOf(source: Reader): Need {
  const { value } = source;
  if (typeof value === 'string') return value;
  const need = source.mapping('a need', ['permission', 'boundaryType', 'authenticated', 'policy']);
  const { permission, boundaryType, authenticated, policy } = need;
  if (typeof permission === 'string' && typeof boundaryType === 'string') return { permission, boundaryType };
  if (authenticated === true) return { authenticated };
  if (typeof policy === 'string') return { policy };
  throw source.bad(
    'a need is a scope as a text, or `{ permission, boundaryType }`, `{ authenticated: true }` or `{ policy }`',
  );
}

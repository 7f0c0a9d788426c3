import { nearest } from './coordinates.ts';
import { AmbitError } from './errors.ts';

const KEYS: readonly string[] = [
  'schema',
  'rules',
  'permissions',
  'boundaries',
  'granularOnly',
  'effect',
  'coverage',
  'fieldResolver',
  'executor',
  'now',
  'audit',
  'memberships',
  'granular',
  'policies',
  'sourceMs',
  'onError',
];

const EFFECTS: readonly string[] = ['filter', 'reject', 'hide'];
const COVERAGES: readonly string[] = ['strict', 'open'];
const FUNCTIONS: readonly string[] = ['fieldResolver', 'executor', 'now', 'audit'];

/**
 * Refuses options that would be ignored, or taken for something weaker than what was meant.
 * @throws AmbitError BAD_OPTION, with the nearest valid name
 */
export function checkOptions(options: unknown): void {
  if (typeof options !== 'object' || options === null)
    throw new AmbitError('BAD_OPTION', 'an engine is made of options; at least `schema` is needed');
  const given = options as Record<string, unknown>;
  for (const key of Object.keys(given)) {
    if (KEYS.includes(key)) continue;
    throw new AmbitError('BAD_OPTION', `\`${key}\` is no option of an engine`, {
      suggestion: nearest(key, KEYS) ?? `known are ${KEYS.join(', ')}`,
    });
  }
  requireOne('effect', given['effect'], EFFECTS);
  requireOne('coverage', given['coverage'], COVERAGES);
  requirePlaces(given['granularOnly']);
  for (const key of FUNCTIONS) {
    if (given[key] === undefined || typeof given[key] === 'function') continue;
    throw new AmbitError('BAD_OPTION', `\`${key}\` has to be a function`);
  }
}

/** Refuses an effect of one request that is none. @throws AmbitError BAD_OPTION */
export function checkEffect(effect: unknown): void {
  if (effect !== undefined) requireOne('effect', effect, EFFECTS);
}

/** Whether a place is of a configured kind is for those who know the kinds; here only its form counts. */
function requirePlaces(places: unknown): void {
  if (places === undefined) return;
  const isPlace = (one: unknown): boolean => typeof one === 'object' && one !== null && !Array.isArray(one);
  if (Array.isArray(places) && places.every(isPlace)) return;
  throw new AmbitError(
    'BAD_OPTION',
    '`granularOnly` has to be a list of places, each a kind and an identity',
    {
      suggestion: "write it as `[{ group: 'acme' }]`",
    },
  );
}

function requireOne(key: string, value: unknown, known: readonly string[]): void {
  if (value === undefined || (typeof value === 'string' && known.includes(value))) return;
  throw new AmbitError('BAD_OPTION', `\`${key}\` has to be one of ${known.join(', ')}`, {
    suggestion: typeof value === 'string' ? nearest(value, known) : undefined,
  });
}

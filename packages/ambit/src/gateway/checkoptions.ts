import { nearest } from '../coordinates.ts';
import { Ambit } from '../engine.ts';
import { AmbitError } from '../errors.ts';
import { DEFAULT_LIMITS } from './limits.ts';
import type { GatewayLimits } from './types.ts';

const KEYS: readonly string[] = ['ambit', 'authenticate', 'upstream', 'limits', 'local', 'onOperation'];
const LIMITS: readonly string[] = Object.keys(DEFAULT_LIMITS);

/**
 * Refuses options that would be ignored, and limits that would limit nothing.
 * @throws AmbitError BAD_OPTION, with the nearest valid name
 */
export function checkGatewayOptions(options: unknown): void {
  if (typeof options !== 'object' || options === null)
    throw new AmbitError('BAD_OPTION', 'a gateway needs `ambit`, `authenticate` and `upstream`');
  onlyKnown(options, KEYS, 'an option of a gateway');
  const {
    ambit,
    authenticate,
    upstream,
    onOperation = () => undefined,
  } = options as Readonly<Record<string, unknown>>;
  if (!(ambit instanceof Ambit))
    throw new AmbitError('BAD_OPTION', '`ambit` has to be an engine, made by `createAmbit`');
  for (const [key, value] of Object.entries({ authenticate, upstream, onOperation })) {
    if (typeof value !== 'function') throw new AmbitError('BAD_OPTION', `\`${key}\` has to be a function`);
  }
}

/** Limits with the defaults where nothing is said. @throws AmbitError BAD_OPTION for one that limits nothing */
export function limitsOf(given: unknown): GatewayLimits {
  if (given === undefined) return DEFAULT_LIMITS;
  if (typeof given !== 'object' || given === null)
    throw new AmbitError('BAD_OPTION', `\`limits\` has to be an object of ${LIMITS.join(', ')}`);
  const own = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  onlyKnown(own, LIMITS, 'a limit of a gateway');
  for (const [key, value] of Object.entries(own)) {
    if (Number.isSafeInteger(value) && (value as number) > 0) continue;
    throw new AmbitError('BAD_OPTION', `\`limits.${key}\` has to be a whole number above 0`);
  }
  return { ...DEFAULT_LIMITS, ...own };
}

function onlyKnown(given: object, known: readonly string[], what: string): void {
  for (const key of Object.keys(given)) {
    if (known.includes(key)) continue;
    throw new AmbitError('BAD_OPTION', `\`${key}\` is not ${what}`, {
      suggestion: nearest(key, known) ?? `known are ${known.join(', ')}`,
    });
  }
}

import { nearest } from '../coordinates.ts';
import { Ambit } from '../engine.ts';
import { AmbitError } from '../errors.ts';

const KEYS: readonly string[] = ['ambit', 'grants', 'onError'];

/**
 * Refuses options that would fail only when somebody asks, or be ignored.
 * @throws AmbitError BAD_OPTION, with the nearest valid name
 */
export function checkPluginOptions(options: unknown): void {
  if (typeof options !== 'object' || options === null)
    throw new AmbitError('BAD_OPTION', 'the plugin needs `ambit` and `grants`');
  for (const key of Object.keys(options)) {
    if (KEYS.includes(key)) continue;
    throw new AmbitError('BAD_OPTION', `\`${key}\` is no option of the plugin`, {
      suggestion: nearest(key, KEYS) ?? `known are ${KEYS.join(', ')}`,
    });
  }
  const { ambit, grants, onError } = options as Readonly<Record<string, unknown>>;
  if (!(ambit instanceof Ambit))
    throw new AmbitError('BAD_OPTION', '`ambit` has to be an engine, made by `createAmbit`');
  if (typeof grants !== 'function')
    throw new AmbitError('BAD_OPTION', '`grants` has to be a function that turns a request into grants');
  if (onError !== undefined && typeof onError !== 'function')
    throw new AmbitError('BAD_OPTION', '`onError` has to be a function');
}

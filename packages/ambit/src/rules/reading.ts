import { nearest } from '../coordinates.ts';
import { AmbitError } from '../errors.ts';
import type { Origin } from '../types.ts';

/** Says where in the file something stands; built once per file and handed down. */
export type Where = (path: readonly (string | number)[]) => Origin;

/** A mapping, or a complaint about `what` that says where it stands. @throws AmbitError BAD_RULES */
export function record(
  value: unknown,
  what: string,
  where: Where,
  path: readonly (string | number)[],
): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw bad(`${what} has to be a mapping`, where, path);
  }
  return value as Record<string, unknown>;
}

/** Refuses a mapping with a key that is not known. @throws AmbitError BAD_RULES */
export function onlyKeys(
  value: Record<string, unknown>,
  known: string[],
  where: Where,
  path: readonly (string | number)[],
): void {
  for (const key of Object.keys(value)) {
    if (known.includes(key)) continue;
    const near = nearest(key, known);
    throw new AmbitError('BAD_RULES', `\`${key}\` is no known key here; known are ${known.join(', ')}`, {
      ...where([...path, key]),
      suggestion: near,
    });
  }
}

/** What is wrong with a rules file, and where. */
export function bad(message: string, where: Where, path: readonly (string | number)[]): AmbitError {
  return new AmbitError('BAD_RULES', message, where(path));
}

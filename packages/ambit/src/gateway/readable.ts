import type { Ambit } from '../engine.ts';
import { AmbitError } from '../errors.ts';

/**
 * An API behind a gateway gives JSON, and no objects of which functions could tell a boundary.
 * @throws AmbitError BAD_RULES where a rule has such a function
 */
export function requireReadable({ policy }: Ambit): void {
  for (const { coordinate, elements } of policy.rules.values()) {
    const alternatives = elements.flatMap((one) => (one.kind === 'permissions' ? one.alternatives : []));
    if (alternatives.every(({ boundary }) => boundary?.call === undefined)) continue;
    throw new AmbitError(
      'BAD_RULES',
      `the boundary of \`${coordinate}\` is a function, which no gateway can call`,
      {
        suggestion: 'write it as a path, or protect the server in process',
      },
    );
  }
}

import { ServerError } from '../errors.ts';
import { shownPath } from '../mistakes.ts';
import type { GrantProblem } from './desk.ts';

/** What may have been meant by what stands somewhere. */
export type Hint = Pick<GrantProblem, 'suggestion' | 'path'>;

/**
 * The refusal of grants: each mistake on a line, with where it stands. Where there are several, each suggestion says for
 * which of them it is. `below` is where the grants stand in what was sent; `more` are suggestions besides.
 */
export function refusedGrants(
  problems: readonly GrantProblem[],
  below: readonly string[] = [],
  more: readonly Hint[] = [],
): ServerError {
  const placeOf = (path: NonNullable<Hint['path']>): string => `\`${shownPath([...below, ...path])}\``;
  const lines = problems.map(({ message, path }) =>
    path === undefined ? message : `${placeOf(path)}: ${message}`,
  );
  const hints = [...problems, ...more].flatMap(({ suggestion, path }) => {
    if (suggestion === undefined) return [];
    const words = /^\S+$/.test(suggestion) ? `did you mean \`${suggestion}\`?` : suggestion;
    return problems.length === 1 || path === undefined ? [suggestion] : [`For ${placeOf(path)}: ${words}`];
  });
  return new ServerError(
    'GRANTS_REFUSED',
    lines.join('\n'),
    hints.length === 0 ? undefined : [...new Set(hints)].join('\n'),
  );
}

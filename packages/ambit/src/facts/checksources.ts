import { AmbitError } from '../errors.ts';
import type { BoundaryKinds } from '../rules/boundarykinds.ts';
import { PERSONAL } from './memberships.ts';
import type { Sources } from './sources.ts';

/** What timers can count to; beyond it they fire at once. */
const MOST_MS = 2_147_483_647;

/** Refuses sources that could never answer. @throws AmbitError BAD_OPTION */
export function checkSources(sources: Sources, kinds: BoundaryKinds): void {
  const { memberships, granular, policies, sourceMs, onError } = sources;
  if (memberships !== undefined) checkMemberships(memberships, kinds);
  if (granular !== undefined && typeof granular !== 'boolean' && typeof granular !== 'function')
    throw bad('granular', 'true, false or a function of the subject');
  if (policies !== undefined && typeof policies !== 'function') throw bad('policies', 'a function');
  if (onError !== undefined && typeof onError !== 'function') throw bad('onError', 'a function');
  if (sourceMs !== undefined && !(typeof sourceMs === 'number' && sourceMs > 0 && sourceMs <= MOST_MS))
    throw bad('sourceMs', `a number of milliseconds, at most ${MOST_MS}`);
}

function checkMemberships(memberships: NonNullable<Sources['memberships']>, kinds: BoundaryKinds): void {
  const { source, limits }: { source?: unknown; limits?: unknown } =
    typeof memberships === 'function' ? { source: memberships } : (memberships ?? {});
  if (typeof source !== 'function') throw bad('memberships', 'a function, or `{ source, limits }`');
  if (limits !== undefined && typeof limits !== 'boolean') throw bad('memberships.limits', 'true or false');
  const others = typeof memberships === 'function' ? {} : { ...memberships, source, limits };
  if (Object.keys(others).some((key) => key !== 'source' && key !== 'limits'))
    throw bad('memberships', 'a function, or `{ source, limits }` and nothing else');
  if (!kinds.has(PERSONAL)) return;
  throw new AmbitError(
    'BAD_OPTION',
    `a kind of boundary is called \`${PERSONAL}\`, as a key of memberships`,
    {
      suggestion: 'give the kind another name',
    },
  );
}

function bad(name: string, wanted: string): AmbitError {
  return new AmbitError('BAD_OPTION', `\`${name}\` has to be ${wanted}`);
}

import { version, versionInfo } from 'graphql';
import { AmbitError } from '../errors.ts';

/** The major version of graphql that is loaded; the rest of this room answers for each in its own way. */
export const isGraphql17: boolean = versionInfo.major === 17;

/**
 * Stops on a graphql that the suite does not run on: what decisions are made from may be kept elsewhere there.
 * @throws AmbitError BAD_OPTION
 */
export function requireSupportedGraphql(found: FoundVersion = { ...versionInfo, version }): void {
  const isSupported =
    (found.major === 16 && found.minor >= 11) || (found.major === 17 && found.preReleaseTag === null);
  if (isSupported) return;
  throw new AmbitError(
    'BAD_OPTION',
    `Ambit runs on graphql 16 (16.11 or newer) and on graphql 17; found graphql ${found.version}`,
    { suggestion: 'install graphql@16 or graphql@17' },
  );
}

/** A version of graphql, as graphql tells it. */
export interface FoundVersion {
  readonly version: string;
  readonly major: number;
  readonly minor: number;
  readonly preReleaseTag: string | null;
}

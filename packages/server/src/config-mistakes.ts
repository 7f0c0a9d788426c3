import type { z } from 'zod';

import type { ConfigFile } from './config-file.ts';
import { ServerError } from './errors.ts';
import { nearestName } from './nearest.ts';

/**
 * Every mistake of a configuration in one error, each with its line, and what was probably meant.
 *
 * @param keysAt the options that there are at a path
 */
export function invalid(
  file: ConfigFile,
  error: z.ZodError,
  keysAt: (path: readonly PropertyKey[]) => readonly string[],
): ServerError {
  const hints: string[] = [];
  const sentences = error.issues.flatMap((issue) => {
    if (issue.code !== 'unrecognized_keys') return `${file.where(issue.path)}: ${sentenceOf(issue)}`;
    return issue.keys.map((key) => {
      const near = nearestName(key, keysAt(issue.path));
      if (near !== undefined) hints.push(`For \`${key}\`: did you mean \`${near}\`?`);
      return `${file.where([...issue.path, key])}: there is no option \`${[...issue.path, key].join('.')}\`.`;
    });
  });
  return new ServerError(
    'CONFIG_INVALID',
    sentences.join('\n'),
    hints.length === 0 ? undefined : hints.join(' '),
  );
}

function sentenceOf(issue: z.core.$ZodIssue): string {
  const name = issue.path.join('.');
  if (issue.code === 'invalid_key') return `\`${name}\` ${issue.issues[0]?.message ?? 'is no valid key'}.`;
  return `\`${name}\`: ${issue.message}.`;
}

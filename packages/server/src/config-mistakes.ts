import { z } from 'zod';

import type { ConfigFile } from './config-file.ts';
import { ServerError } from './errors.ts';
import { sentenceOf, shownPath } from './mistakes.ts';
import { nearestName } from './nearest.ts';

/** Everything that is wrong with a configuration, each with its line, in one `CONFIG_INVALID`. */
export function mistakesOf(file: ConfigFile, error: z.ZodError, shape: z.ZodType): ServerError {
  const hints: string[] = [];
  const sentences = error.issues.flatMap((issue) => {
    if (issue.code !== 'unrecognized_keys') return `${file.where(issue.path)}: ${sentenceOf(issue)}.`;
    return issue.keys.map((key) => {
      const near = nearestName(key, keysAt(shape, issue.path));
      if (near !== undefined) hints.push(`For \`${key}\`: did you mean \`${near}\`?`);
      return `${file.where([...issue.path, key])}: there is no option \`${shownPath([...issue.path, key])}\`.`;
    });
  });
  return new ServerError(
    'CONFIG_INVALID',
    sentences.join('\n'),
    hints.length === 0 ? undefined : hints.join(' '),
  );
}

/** The options that there are at a path. */
function keysAt(shape: unknown, [first, ...rest]: readonly PropertyKey[]): readonly string[] {
  if (shape instanceof z.ZodOptional || shape instanceof z.ZodDefault || shape instanceof z.ZodPrefault)
    return keysAt(shape.def.innerType, first === undefined ? [] : [first, ...rest]);
  if (shape instanceof z.ZodPipe) return keysAt(shape.def.in, first === undefined ? [] : [first, ...rest]);
  if (shape instanceof z.ZodArray) return keysAt(shape.element, rest);
  if (!(shape instanceof z.ZodObject)) return [];
  return first === undefined ? Object.keys(shape.shape) : keysAt(shape.shape[String(first)], rest);
}

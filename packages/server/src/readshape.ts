import type { z } from 'zod';

import { ServerError } from './errors.ts';
import { asSentence, readByShape, sentenceOf } from './mistakes.ts';

/** What came from outside, read by its shape. Throws `ServerError` `INPUT_INVALID` with every mistake at once. */
export function readShape<Shape extends z.ZodType>(
  shape: Shape,
  value: unknown,
  problem: string,
  suggestion?: string,
): z.infer<Shape> {
  const parsed = readByShape(shape, value);
  if (parsed.success) return parsed.data;
  const sentences = parsed.error.issues.map((issue) => asSentence(sentenceOf(issue)));
  throw new ServerError('INPUT_INVALID', `${problem} ${sentences.join(' ')}`, suggestion);
}

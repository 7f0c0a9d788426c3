import type { z } from 'zod';

import { ServerError } from './errors.ts';

/** What came from outside, read by its shape. Throws `ServerError` `INPUT_INVALID` with every mistake at once. */
export function readShape<Shape extends z.ZodType>(
  shape: Shape,
  value: unknown,
  problem: string,
  suggestion?: string,
): z.infer<Shape> {
  const parsed = shape.safeParse(value);
  if (parsed.success) return parsed.data;
  const sentences = parsed.error.issues.map((issue) =>
    issue.path.length === 0 ? `${issue.message}.` : `\`${issue.path.join('.')}\`: ${issue.message}.`,
  );
  throw new ServerError('INPUT_INVALID', `${problem} ${sentences.join(' ')}`, suggestion);
}

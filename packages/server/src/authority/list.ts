import { z } from 'zod';

import type { TokenStatus } from '../store/tokens.ts';
import { isPublicId } from '../tokens/format.ts';
import type { Desk } from './desk.ts';
import { type ListedToken, shown } from './show.ts';

const PAGE = 100;
const MOST = 1_000;

/** A number as it stands in an address. */
const count = z
  .string()
  .regex(/^[1-9]\d{0,3}$/, `must be a number from 1 to ${MOST}`)
  .refine((text) => Number(text) <= MOST, `must be a number from 1 to ${MOST}`);

/** Which tokens to list, as the admin API is asked. */
export interface TokenListQuery {
  readonly subject?: string | undefined;
  readonly status?: TokenStatus | undefined;
  readonly limit?: string | undefined;
  readonly after?: string | undefined;
}

export const tokenQueryShape: z.ZodType<TokenListQuery> = z.strictObject({
  subject: z.string().min(1).max(255).optional(),
  status: z.enum(['active', 'expired', 'revoked', 'rotated']).optional(),
  limit: count.optional().describe(`at most so many, up to ${MOST}; ${PAGE} when left out`),
  after: z
    .string()
    .refine(isPublicId, 'must be the id of a token')
    .optional()
    .describe('`next` of the page before'),
});

/** One page of tokens, oldest first. */
export interface TokenPage {
  readonly tokens: readonly ListedToken[];
  /** What to ask for as `after`; null where there are no more. */
  readonly next: string | null;
}

export async function listTokens(desk: Desk, query: TokenListQuery): Promise<TokenPage> {
  const at = desk.now();
  const limit = Number(query.limit ?? PAGE);
  const { subject, status, after } = query;
  const found = await desk.store.tokens.list({
    subject,
    after,
    // One more than asked for tells whether there are more.
    limit: limit + 1,
    standing: status && { status, at, longestMs: desk.policy.maxExpiry },
  });
  const tokens = found.slice(0, limit);
  const next = found.length > limit ? (tokens.at(-1)?.id ?? null) : null;
  return { tokens: tokens.map((token) => shown(desk, token, at)), next };
}

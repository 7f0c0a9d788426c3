import { z } from 'zod';

import type { RateLimit } from '../store/tokens.ts';
import { durationOf, durationText } from './duration.ts';

const DAY = 24 * 60 * 60_000;
/** Beyond it nobody means what he writes. */
const LONGEST = 3_650 * DAY;

/** What holds for every personal token. Spans of time are in milliseconds. */
export interface TokenPolicy {
  /** How long a token lives when nobody says otherwise. */
  readonly defaultExpiry: number;
  /** How long a token may live, counted from when it was made: asked when it is made, and at every use. */
  readonly maxExpiry: number;
  /** How long a rotated token lives beside its successor when that is not used. */
  readonly rotationOverlap: number;
  /** How often the last use of a token is written to the store, at most. */
  readonly lastUsedEvery: number;
  /** The limit of each token that has none of its own. */
  readonly rateLimit?: RateLimit | undefined;
}

const span = (least: number) =>
  z
    .string()
    .refine((text) => {
      const length = durationOf(text);
      return length !== undefined && length >= least && length <= LONGEST;
    }, 'must be a whole number with a unit, m, h or d, such as 15m, 24h or 30d, and at most 3650d')
    .transform((text) => durationOf(text) ?? 0);

/** How many requests in how many seconds. */
export const rateLimitShape: z.ZodType<RateLimit> = z.strictObject({
  requests: z.number().int().min(1).max(1_000_000_000),
  seconds: z.number().int().min(1).max(86_400),
});

const policyShape = z
  .strictObject({
    defaultExpiry: span(1).optional(),
    maxExpiry: span(1).default(365 * DAY),
    rotationOverlap: span(0).optional(),
    // What is in memory alone is lost with the process; and a timer takes no more than 24 days.
    lastUsedEvery: span(1)
      .refine((length) => length <= DAY, 'must be at most 1d')
      .default(600_000),
    rateLimit: rateLimitShape.optional(),
  })
  .superRefine(({ maxExpiry, ...spans }, context) => {
    // What nobody wrote gives way to the maximum; what somebody wrote would do so unseen. What is no span is told already.
    for (const name of ['defaultExpiry', 'rotationOverlap'] as const) {
      const length = spans[name];
      if (typeof length !== 'number' || typeof maxExpiry !== 'number' || !(length > maxExpiry)) continue;
      const message = `is ${durationText(length)}, which is longer than \`tokens.maxExpiry\`, ${durationText(maxExpiry)}`;
      context.addIssue({ code: 'custom', path: [name], message });
    }
  })
  .transform(({ defaultExpiry = 30 * DAY, rotationOverlap = DAY, ...policy }) => ({
    ...policy,
    defaultExpiry,
    rotationOverlap,
  }));

/** The option `tokens` of the configuration. */
export const tokensShape: z.ZodType<TokenPolicy> = policyShape.prefault({});

/** What holds where nothing is configured. */
export const DEFAULT_POLICY: TokenPolicy = tokensShape.parse({});

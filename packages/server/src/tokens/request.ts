import type { GranularGrant } from 'ambit';
import { z } from 'zod';

import { readShape } from '../readshape.ts';
import type { RateLimit } from '../store/tokens.ts';
import { rateLimitShape } from './policy.ts';

/** What somebody asks for when making a token. */
export interface TokenRequest {
  readonly name: string;
  /** What people should know of it. */
  readonly note?: string | undefined;
  readonly subject?: string | undefined;
  readonly scopes?: readonly string[] | undefined;
  readonly granular?: readonly GranularGrant[] | undefined;
  /** `15m`, `24h`, `30d`; what is configured when absent. */
  readonly expires?: string | undefined;
  readonly rateLimit?: RateLimit | undefined;
}

const LIST = 1_000;
const TEXT = 1_000;
const NAME = 200;

// Control characters, halves of surrogate pairs, and in names also what breaks a line or turns its direction: no
// store keeps the first two, and a name is shown to people in lists.
const UNKEEPABLE = /[\p{Cc}\p{Cs}]/u;
const UNPRINTABLE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u;
const KEEPABLE_RULE = 'must hold no control characters and no halves of surrogate pairs';

const name = z
  .string()
  .min(1)
  .refine((value) => lengthOf(value) <= NAME, `must have at most ${NAME} characters`)
  .refine(
    (value) => !UNPRINTABLE.test(value),
    'must be printable: no control characters, line separators, controls of direction or halves of surrogate pairs',
  );
// The subject travels in a header to the API, so it is what a header can hold.
const subject = z
  .string()
  .max(255)
  .regex(/^[\x21-\x7e]+$/, 'must be printable ASCII without spaces');
const text = z
  .string()
  .min(1)
  .refine((value) => lengthOf(value) <= TEXT, `must have at most ${TEXT} characters`)
  .refine((value) => !UNKEEPABLE.test(value), KEEPABLE_RULE);
const BOUNDARY_RULE =
  'must be user, instance, all_memberships, personal, or one kind with one object, such as { "project": "acme/web" }';
const boundary = z
  .union(
    [
      z.enum(['user', 'instance', 'all_memberships', 'personal']),
      z
        .record(z.string().min(1), z.string().min(1))
        .refine((value) => Object.keys(value).length === 1, BOUNDARY_RULE),
    ],
    BOUNDARY_RULE,
  )
  .refine(
    (value) =>
      Object.entries(value)
        .flat()
        .every((part) => text.safeParse(part).success),
    `${KEEPABLE_RULE}, and at most ${TEXT} characters in its kind and in its object`,
  )
  .refine(
    (value) => typeof value === 'string' || !Object.values(value).some((one) => /^<.*>$/.test(one)),
    'must name a real object in the place of <...>, which stands for one that only you know',
  );

/** The parts of a request that a change has too. */
export const nameShape: z.ZodType<string> = name;
export const noteShape: z.ZodType<string> = text;
export const scopesShape: z.ZodType<readonly string[]> = z.array(text).max(LIST);
export const granularShape: z.ZodType<readonly GranularGrant[]> = z
  .array(z.strictObject({ permissions: z.array(text).min(1).max(LIST), boundary }))
  .max(LIST);

/** What has to be sent to have a token made. */
export const tokenRequestShape: z.ZodType<TokenRequest> = z.strictObject({
  name: name.describe('what the token is for'),
  note: text.optional().describe('what people should know of it'),
  subject: subject.optional().describe('on whose behalf it acts'),
  scopes: scopesShape.optional(),
  granular: granularShape.optional().describe('permissions, each in a boundary'),
  expires: z.string().max(20).optional().describe('15m, 24h, 30d; what is configured when left out'),
  rateLimit: rateLimitShape.optional().describe('a limit of its own, in the place of the configured one'),
});

/**
 * A token request out of what came from outside, as JSON or from the command line. Throws `ServerError`
 * `INPUT_INVALID` with every mistake at once.
 */
export function parseTokenRequest(value: unknown): TokenRequest {
  return readShape(
    tokenRequestShape,
    value,
    'This is no request for a token.',
    'Send { "name", "subject"?, "scopes"?: [..], "granular"?: [{ "permissions": [..], "boundary": { "project": "acme/web" } }], "expires"?: "30d" }.',
  );
}

// As people count: a character beyond the first plane is one, not two.
function lengthOf(value: string): number {
  return [...value].length;
}

import { z } from 'zod';

import type { Authority, CreatedToken, ListedToken, TokenRequest } from '../authority.ts';
import { ServerError } from '../errors.ts';

const CREATED_BY = 'admin';
const LIST = 1_000;

const name = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[^\p{Cc}]*$/u, 'must hold no control characters');
// The subject travels in a header to the API, so it is what a header can hold.
const subject = z
  .string()
  .max(255)
  .regex(/^[\x21-\x7e]+$/, 'must be printable ASCII without spaces');
const text = z.string().min(1).max(512);
const boundary = z.union(
  [
    z.enum(['user', 'instance', 'all_memberships', 'personal']),
    z.record(text, text).refine((value) => Object.keys(value).length === 1),
  ],
  'must be user, instance, all_memberships, personal, or one kind with one object, such as { "project": "acme/web" }',
);

const requestShape = z.strictObject({
  name,
  subject: subject.optional(),
  scopes: z.array(text).max(LIST).optional(),
  granular: z
    .array(z.strictObject({ permissions: z.array(text).min(1).max(LIST), boundary }))
    .max(LIST)
    .optional(),
  expires: z.string().max(20).optional(),
});

export interface TokenHandlers {
  create(request: Request): Promise<CreatedToken>;
  list(): Promise<{ readonly tokens: readonly ListedToken[] }>;
  revoke(id: string): Promise<ListedToken>;
}

/** What the admin API does with tokens: plain values in and out, `ServerError` for what it refuses. */
export function createTokenHandlers(authority: Authority): TokenHandlers {
  return {
    create: async (request) => authority.createToken(parseTokenRequest(await jsonOf(request)), CREATED_BY),
    list: async () => ({ tokens: await authority.listTokens() }),
    revoke: (id) => authority.revokeToken(id),
  };
}

/** A token request out of JSON from outside. Throws `ServerError` `INPUT_INVALID` with every mistake at once. */
export function parseTokenRequest(value: unknown): TokenRequest {
  const parsed = requestShape.safeParse(value);
  if (parsed.success) return parsed.data;
  const sentences = parsed.error.issues.map((issue) =>
    issue.path.length === 0 ? `${issue.message}.` : `\`${issue.path.join('.')}\`: ${issue.message}.`,
  );
  throw new ServerError(
    'INPUT_INVALID',
    `This is no request for a token. ${sentences.join(' ')}`,
    'Send { "name", "subject"?, "scopes"?: [..], "granular"?: [{ "permissions": [..], "boundary": { "project": "acme/web" } }], "expires"?: "30d" }.',
  );
}

async function jsonOf(request: Request): Promise<unknown> {
  try {
    return await request.json();
  } catch {
    throw new ServerError('INPUT_INVALID', 'The body must be JSON; it is not.');
  }
}

import { z } from 'zod';

import type { Authority } from '../authority.ts';
import type { Guard } from './guards.ts';
import { bodyOf, type Described, privateJson, type Route } from './route.ts';

const narrowedShape = z
  .strictObject({
    token: z.string().min(1).max(8_192).optional().describe('the narrowed token itself'),
    id: z.string().max(40).optional().describe('the id of the token that it was made from, with `digest`'),
    digest: z
      .string()
      .regex(/^[0-9a-f]{64}$/, 'must be SHA-256 in hexadecimal')
      .optional()
      .describe('SHA-256 of its tail, as the audit has it'),
  })
  .refine(
    ({ token, id, digest }) =>
      token === undefined ? id !== undefined && digest !== undefined : (id ?? digest) === undefined,
    'must hold `token`, or `id` and `digest`',
  );

/** What the admin API does with tokens that others narrowed. */
export function narrowedRoutes(authority: Authority, guards: readonly Guard[]): readonly Route[] {
  return [
    {
      method: 'POST',
      path: '/api/tokens/narrowed/revoke',
      guards,
      described: REVOKE_NARROWED,
      handle: async (c) => {
        const { token, id, digest } = await bodyOf(c.req.raw, narrowedShape);
        const link = token ?? { parentId: id ?? '', digest: digest ?? '' };
        return privateJson(c, await authority.revokeNarrowed(link, 'admin'));
      },
    },
  ];
}

const REVOKE_NARROWED: Described = {
  tag: 'tokens',
  summary: 'Revoke one narrowed token, with all that was narrowed from it. Its parent stays.',
  body: narrowedShape,
  answer: z.object({ parentId: z.string(), digest: z.string() }),
  refusals: ['INPUT_INVALID', 'TOKEN_UNKNOWN'],
  example: { body: { id: '$TOKEN_ID', digest: 'ab'.repeat(32) } },
};

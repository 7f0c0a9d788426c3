import { z } from 'zod';

import type { Grantable } from '../grantable.ts';
import type { Guard } from './guards.ts';
import { privateJson, type Route } from './route.ts';

const answer: z.ZodType = z.object({
  scopes: z.array(
    z.object({
      kind: z.enum(['scope', 'query', 'mutation', 'subscription', 'permission']),
      name: z.string(),
      description: z.string().nullable(),
      boundaries: z.array(z.string()),
    }),
  ),
});

/** What there is to choose from when a token is made. */
export function scopeRoutes(grantable: readonly Grantable[], guards: readonly Guard[]): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/api/scopes',
      guards,
      handle: async (c) => privateJson(c, { scopes: grantable }),
      described: {
        tag: 'scopes',
        summary: 'List every scope and permission that a token can be given.',
        answer,
        example: {},
      },
    },
  ];
}

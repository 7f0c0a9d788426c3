import { z } from 'zod';

import { rateLimitShape } from '../tokens/policy.ts';
import { granularShape, scopesShape } from '../tokens/request.ts';

/** What answers of the admin API hold, for its description. Handlers make them; nothing is read by these. */

const instant = z.iso.datetime();

const grantsAnswer: z.ZodType = z.looseObject({
  subject: z.string().optional(),
  scopes: scopesShape.optional(),
  granular: granularShape.optional(),
  expires: instant.optional(),
});

const created = z.object({
  id: z.string(),
  token: z.string().describe('the token, shown this once'),
  grants: grantsAnswer,
  expiresAt: instant,
});

export const createdAnswer: z.ZodType = created;

export const rotatedAnswer: z.ZodType = created.extend({
  replaces: z.string().describe('the id of the old token'),
  oldLivesUntil: instant.describe('the old token ends here, or when the new one is used first'),
});

export const tokenAnswer: z.ZodType = z.object({
  id: z.string(),
  name: z.string(),
  note: z.string().nullable(),
  grants: grantsAnswer,
  rateLimit: rateLimitShape.nullable(),
  createdAt: instant,
  createdBy: z.string(),
  expiresAt: instant,
  revokedAt: instant.nullable(),
  revokedBecause: z.string().nullable(),
  status: z.enum(['active', 'expired', 'revoked', 'rotated']),
  family: z.string().describe('the first token of its line of rotations'),
  replacedBy: z.string().nullable(),
  livesUntil: instant.nullable(),
  lastUsedAt: instant.nullable(),
  lastUsedFor: z.string().nullable().describe('root fields, such as Mutation.createNote'),
});

export const tokenPageAnswer: z.ZodType = z.object({
  tokens: z.array(tokenAnswer),
  next: z.string().nullable().describe('what to send as `after` for the next page'),
});

export const auditPageAnswer: z.ZodType = z.object({
  entries: z.array(
    z.object({
      id: z.string(),
      at: instant,
      action: z.string().describe('such as token.created'),
      actor: z.string().describe('admin, command, a subject, or the id of a client or token'),
      token: z.string().nullable(),
      client: z.string().nullable(),
      subject: z.string().nullable(),
      details: z.record(z.string(), z.unknown()),
    }),
  ),
  next: z.string().nullable().describe('what to send as `before` for the next page'),
});

export const selfAnswer: z.ZodType = z.object({
  id: z.string(),
  kind: z.enum(['personal', 'narrowed']),
  name: z.string().describe('of a narrowed token its label'),
  note: z.string().nullable(),
  grants: grantsAnswer,
  words: z.array(z.string()).describe('the grants in sentences, for people'),
  rateLimit: rateLimitShape.nullable(),
  createdAt: instant.nullable(),
  expiresAt: instant,
  lastUsedAt: instant.nullable(),
  lastUsedFor: z.string().nullable(),
});

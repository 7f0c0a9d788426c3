import { auditQueryShape } from '../authority/audit.ts';
import type { Authority } from '../authority.ts';
import { auditPageAnswer } from './answers.ts';
import type { Guard } from './guards.ts';
import { privateJson, queryOf, type Route } from './route.ts';

/** What the admin API tells of what was done. */
export function auditRoutes(authority: Authority, guards: readonly Guard[]): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/api/audit',
      guards,
      handle: async (c) => privateJson(c, await authority.listAudit(queryOf(c, auditQueryShape))),
      described: {
        tag: 'audit',
        summary: 'List what was done to credentials, newest first; of a token, a client or a subject.',
        query: auditQueryShape,
        answer: auditPageAnswer,
        refusals: ['INPUT_INVALID'],
        example: { query: 'token=$TOKEN_ID&limit=10' },
      },
    },
  ];
}

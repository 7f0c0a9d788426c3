import type { Context } from 'hono';
import { z } from 'zod';

import { tokenChangeShape } from '../authority/change.ts';
import { tokenQueryShape } from '../authority/list.ts';
import { rotationShape } from '../authority/rotate.ts';
import type { Authority } from '../authority.ts';
import { noteShape, parseTokenRequest, tokenRequestShape } from '../tokens/request.ts';
import { createdAnswer, rotatedAnswer, tokenAnswer, tokenPageAnswer } from './answers.ts';
import type { Guard } from './guards.ts';
import { bodyOf, type Described, jsonOf, optionalBody, privateJson, queryOf, type Route } from './route.ts';

const BY_ADMIN = 'admin';
const TAG = 'tokens';
const ONE = { id: '$TOKEN_ID' };

const revocationShape = z.strictObject({ reason: noteShape.optional().describe('why, for the audit') });

/** What the admin API does with personal tokens. */
export function tokenRoutes(authority: Authority, guards: readonly Guard[]): readonly Route[] {
  return [
    {
      method: 'POST',
      path: '/api/tokens',
      guards,
      described: CREATE,
      handle: async (c) => {
        const request = parseTokenRequest(await jsonOf(c.req.raw));
        return privateJson(c, await authority.createToken(request, BY_ADMIN), 201);
      },
    },
    {
      method: 'GET',
      path: '/api/tokens',
      guards,
      described: LIST,
      handle: async (c) => privateJson(c, await authority.listTokens(queryOf(c, tokenQueryShape))),
    },
    {
      method: 'GET',
      path: '/api/tokens/:id',
      guards,
      described: SHOW,
      handle: async (c) => privateJson(c, await authority.showToken(idOf(c))),
    },
    {
      method: 'PATCH',
      path: '/api/tokens/:id',
      guards,
      described: CHANGE,
      handle: async (c) => {
        const change = await bodyOf(c.req.raw, tokenChangeShape);
        return privateJson(c, await authority.changeToken(idOf(c), change, BY_ADMIN));
      },
    },
    {
      method: 'POST',
      path: '/api/tokens/:id/rotate',
      guards,
      described: ROTATE,
      handle: async (c) => {
        const rotation = await optionalBody(c.req.raw, rotationShape);
        return privateJson(c, await authority.rotateToken(idOf(c), rotation, BY_ADMIN), 201);
      },
    },
    {
      method: 'DELETE',
      path: '/api/tokens/:id',
      guards,
      described: REVOKE,
      handle: async (c) => {
        const { reason } = queryOf(c, revocationShape);
        return privateJson(c, await authority.revokeToken(idOf(c), BY_ADMIN, reason));
      },
    },
  ];
}

function idOf(context: Context): string {
  return context.req.param('id') ?? '';
}

const CREATE: Described = {
  tag: TAG,
  summary: 'Make a token. It is shown this once.',
  body: tokenRequestShape,
  answer: createdAnswer,
  status: 201,
  refusals: ['INPUT_INVALID', 'EXPIRY_REFUSED', 'GRANTS_REFUSED'],
  example: { body: { name: 'reader', scopes: ['read'], expires: '24h' } },
};

const LIST: Described = {
  tag: TAG,
  summary: 'List tokens, oldest first, without their secrets.',
  query: tokenQueryShape,
  answer: tokenPageAnswer,
  refusals: ['INPUT_INVALID'],
  example: { query: 'status=active&limit=10' },
};

const SHOW: Described = {
  tag: TAG,
  summary: 'Show one token, without its secret.',
  answer: tokenAnswer,
  refusals: ['TOKEN_UNKNOWN'],
  example: { params: ONE },
};

const CHANGE: Described = {
  tag: TAG,
  summary: 'Change a token. What it holds can only become less, and does so from the next request on.',
  body: tokenChangeShape,
  answer: tokenAnswer,
  refusals: ['INPUT_INVALID', 'TOKEN_UNKNOWN', 'TOKEN_ROTATED', 'TOKEN_ENDED', 'GRANTS_REFUSED'],
  example: {
    params: ONE,
    body: { note: 'used by the nightly job', rateLimit: { requests: 600, seconds: 60 } },
  },
};

const ROTATE: Described = {
  tag: TAG,
  summary:
    'Make a token with the same grants in the place of one. The old one ends when the new one is used.',
  body: rotationShape,
  isBodyOptional: true,
  answer: rotatedAnswer,
  status: 201,
  refusals: ['INPUT_INVALID', 'TOKEN_UNKNOWN', 'TOKEN_ROTATED', 'TOKEN_ENDED', 'EXPIRY_REFUSED'],
  example: { params: ONE, body: { expires: '24h', overlap: '1h' } },
};

const REVOKE: Described = {
  tag: TAG,
  summary: 'Revoke a token. It is refused when this is answered.',
  query: revocationShape,
  answer: tokenAnswer,
  refusals: ['INPUT_INVALID', 'TOKEN_UNKNOWN'],
  example: { params: ONE, query: 'reason=no+longer+needed' },
};

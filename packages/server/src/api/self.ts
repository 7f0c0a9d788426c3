import type { Context } from 'hono';
import { z } from 'zod';

import type { Connection } from '../authority/recognise.ts';
import { rotationShape } from '../authority/rotate.ts';
import { tokenRequired } from '../authority/self.ts';
import type { Authority } from '../authority.ts';
import { readBearer } from '../bearer.ts';
import { type AddressOf, clientAddress } from '../clientaddress.ts';
import { rotatedAnswer, selfAnswer } from './answers.ts';
import { type Described, optionalBody, privateJson, type Route } from './route.ts';

const TAG = 'the token itself';

/** What the holder of a token may ask and do with it. Nobody's browser sends a token by itself, so any host may ask. */
export function selfRoutes({ self }: Authority, addressOf: AddressOf): readonly Route[] {
  const from = (context: Context): Connection => ({ address: clientAddress(context, addressOf) });
  return [
    {
      method: 'GET',
      path: '/api/token/self',
      guards: [],
      described: SHOW,
      handle: async (c) => privateJson(c, await self.show(bearerOf(c.req.raw), from(c))),
    },
    {
      method: 'POST',
      path: '/api/token/self/rotate',
      guards: [],
      described: ROTATE,
      handle: async (c) => {
        const rotation = await optionalBody(c.req.raw, rotationShape);
        return privateJson(c, await self.rotate(bearerOf(c.req.raw), rotation, from(c)), 201);
      },
    },
    {
      method: 'DELETE',
      path: '/api/token/self',
      guards: [],
      described: REVOKE,
      handle: async (c) => privateJson(c, await self.revoke(bearerOf(c.req.raw), from(c))),
    },
  ];
}

function bearerOf(request: Request): string {
  const bearer = readBearer(request.headers);
  if (bearer === undefined || bearer === 'malformed') throw tokenRequired();
  return bearer.token;
}

const SHOW: Described = {
  tag: TAG,
  who: 'token',
  summary: 'What may I do, where, until when?',
  answer: selfAnswer,
  example: {},
};

const ROTATE: Described = {
  tag: TAG,
  who: 'token',
  summary: 'Rotate the token that asks. The new one lives no longer than the old one was to.',
  body: rotationShape,
  isBodyOptional: true,
  answer: rotatedAnswer,
  status: 201,
  refusals: ['INPUT_INVALID', 'EXPIRY_REFUSED', 'TOKEN_NARROWED', 'TOKEN_ROTATED', 'TOKEN_ENDED'],
  example: {},
};

const REVOKE: Described = {
  tag: TAG,
  who: 'token',
  summary: 'Revoke the token that asks. It is refused when this is answered.',
  answer: z.object({ id: z.string() }),
  refusals: ['TOKEN_NARROWED'],
  example: {},
};

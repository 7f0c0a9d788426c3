import type { Context } from 'hono';
import { z } from 'zod';

import type { Guard } from '../api/guards.ts';
import { type Described, jsonOf, privateJson, type Route } from '../api/route.ts';
import { ServerError } from '../errors.ts';
import type { People } from './people.ts';
import { parsePersonRequest, personShape } from './person.ts';

const BY_ADMIN = 'admin';
const TAG = 'people';

const listed = z.object({
  id: z.string(),
  name: z.string(),
  subject: z.string(),
  isAdmin: z.boolean(),
  signsInAt: z.string(),
  mustChangePassword: z.boolean(),
  createdAt: z.string(),
  status: z.enum(['active', 'disabled']),
});
const withPassword = z.object({ person: listed, password: z.string() });
const changeShape = z.strictObject({ disabled: z.boolean() });

/** What the admin API does with people. `:id` is an id, a subject or a name. */
export function personRoutes(people: People, guards: readonly Guard[]): readonly Route[] {
  return [
    { method: 'POST', path: '/api/people', guards, handle: (c) => create(people, c), described: CREATES },
    {
      method: 'GET',
      path: '/api/people',
      guards,
      handle: async (c) => privateJson(c, { people: await people.list() }),
      described: LISTS,
    },
    {
      method: 'PATCH',
      path: '/api/people/:id',
      guards,
      handle: (c) => change(people, c),
      described: CHANGES,
    },
    {
      method: 'POST',
      path: '/api/people/:id/password',
      guards,
      handle: (c) => resetPassword(people, c),
      described: RESETS,
    },
  ];
}

const ONE = { id: '$PERSON' };

const LISTS: Described = {
  tag: TAG,
  summary: 'List people.',
  answer: z.object({ people: z.array(listed) }),
  example: {},
};

const CREATES: Described = {
  tag: TAG,
  summary: 'Make a person with a password that is shown once and has to be changed.',
  example: { body: { name: 'alice', subject: 'u-1782' } },
  body: personShape,
  answer: withPassword,
  status: 201,
  refusals: ['INPUT_INVALID', 'PERSON_EXISTS'],
};

const CHANGES: Described = {
  tag: TAG,
  summary: 'Disable a person, which signs them out everywhere, or let them in again.',
  example: { params: ONE, body: { disabled: true } },
  body: changeShape,
  answer: listed,
  refusals: ['INPUT_INVALID', 'PERSON_UNKNOWN'],
};

const RESETS: Described = {
  tag: TAG,
  summary: 'Give a person a new password, shown once, to be changed at the next sign-in.',
  example: { params: ONE },
  answer: withPassword,
  status: 201,
  refusals: ['PERSON_UNKNOWN', 'PERSON_ELSEWHERE'],
};

async function create(people: People, context: Context): Promise<Response> {
  const request = parsePersonRequest(await jsonOf(context.req.raw));
  return privateJson(context, await people.create(request, BY_ADMIN), 201);
}

async function change(people: People, context: Context): Promise<Response> {
  const { disabled } = changeOf(await jsonOf(context.req.raw));
  return privateJson(context, await people.setDisabled(refIn(context), disabled, BY_ADMIN));
}

async function resetPassword(people: People, context: Context): Promise<Response> {
  return privateJson(context, await people.resetPassword(refIn(context), BY_ADMIN), 201);
}

function refIn(context: Context): string {
  return context.req.param('id') ?? '';
}

function changeOf(value: unknown): z.infer<typeof changeShape> {
  const parsed = changeShape.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new ServerError(
    'INPUT_INVALID',
    'A change of a person is { "disabled": true } or { "disabled": false }.',
  );
}

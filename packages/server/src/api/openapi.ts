import { z } from 'zod';

import { type ErrorBody, ServerError, type ServerErrorCode } from '../errors.ts';
import { readVersion } from '../version.ts';
import { curlOf } from './curlof.ts';
import type { Guard } from './guards.ts';
import type { Described, Route } from './route.ts';

type Json = Record<string, unknown>;

const ERROR: Json = {
  type: 'object',
  required: ['error'],
  properties: {
    error: {
      type: 'object',
      required: ['code', 'message'],
      properties: {
        code: { type: 'string' },
        message: { type: 'string' },
        suggestion: { type: 'string' },
      } satisfies Record<keyof Pick<ErrorBody['error'], 'code' | 'message' | 'suggestion'>, Json>,
    },
  },
};

/** What the guards of each kind of caller refuse with. */
const GUARDED: Readonly<Record<NonNullable<Described['who']>, readonly ServerErrorCode[]>> = {
  admin: ['ADMIN_REQUIRED', 'HOST_REFUSED', 'ORIGIN_REFUSED', 'BODY_TOO_LARGE'],
  token: ['TOKEN_REQUIRED', 'RATE_LIMITED', 'BODY_TOO_LARGE'],
  anybody: ['BODY_TOO_LARGE'],
};

/** Serves the description of these routes. It holds no secret; whoever reaches the admin API may read it. */
export function openApiRoute(routes: readonly Route[], guards: readonly Guard[]): Route {
  return {
    method: 'GET',
    path: '/api/openapi.json',
    guards,
    handle: async (c) => c.json(openApiOf(routes, await readVersion())),
  };
}

/** The described routes as OpenAPI 3.1. The shapes that read the requests are those that stand in it. */
export function openApiOf(routes: readonly Route[], version: string): Json {
  const paths: Record<string, Json> = {};
  for (const { method, path, described } of routes) {
    if (described === undefined) continue;
    const key = path.replace(/:(\w+)/g, '{$1}');
    paths[key] = { ...paths[key], [method.toLowerCase()]: operationOf(method, path, described) };
  }
  return {
    openapi: '3.1.0',
    info: { title: 'ambit-server', version, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    servers: [{ url: '/' }],
    paths,
    components: {
      schemas: { Error: ERROR },
      securitySchemes: {
        admin: { type: 'http', scheme: 'bearer', description: 'The credential in `admin.token`.' },
        token: { type: 'http', scheme: 'bearer', description: 'A token itself.' },
      },
    },
  };
}

function operationOf(method: string, path: string, described: Described): Json {
  const { tag, summary, who = 'admin', body, query, answer, status = 200 } = described;
  return {
    operationId: operationId(method, path),
    tags: [tag],
    summary,
    security: who === 'anybody' ? [] : [{ [who]: [] }],
    parameters: [...pathParameters(path), ...(query === undefined ? [] : queryParameters(query))],
    ...(body === undefined
      ? {}
      : {
          requestBody: {
            required: described.isBodyOptional !== true,
            content: { 'application/json': { schema: schemaOf(body) } },
          },
        }),
    ...codeSamples(method, path, described),
    responses: {
      [status]: { description: 'Done.', content: { 'application/json': { schema: schemaOf(answer) } } },
      ...refusals([...(described.refusals ?? []), ...GUARDED[who]]),
    },
  };
}

/** The vendor extension that pages about APIs show beside an operation. */
function codeSamples(method: string, path: string, described: Described): Json {
  const call = curlOf(method, path, described);
  return call === undefined ? {} : { 'x-codeSamples': [{ lang: 'Shell', source: call }] };
}

/** `POST /api/tokens/:id/rotate` is `postApiTokensIdRotate`: unique, and the same in every release. */
function operationId(method: string, path: string): string {
  const words = path.split(/[^A-Za-z0-9]+/).filter((word) => word !== '');
  const capital = words.map((word) => `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`);
  return `${method.toLowerCase()}${capital.join('')}`;
}

function pathParameters(path: string): Json[] {
  return [...path.matchAll(/:(\w+)/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
}

function queryParameters(query: z.ZodType): Json[] {
  const { properties = {}, required = [] } = schemaOf(query) as {
    readonly properties?: Readonly<Record<string, Json>>;
    readonly required?: readonly string[];
  };
  return Object.entries(properties).map(([name, { description, ...schema }]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    ...(description === undefined ? {} : { description }),
    schema,
  }));
}

/** One answer for each status, naming every code that comes with it. */
function refusals(codes: readonly ServerErrorCode[]): Json {
  const byStatus = new Map<number, ServerErrorCode[]>();
  for (const code of new Set(codes)) {
    const { status } = new ServerError(code, '');
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  return Object.fromEntries(
    [...byStatus].map(([status, named]) => [
      status,
      {
        description: named.map((code) => `\`${code}\``).join(', '),
        content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
      },
    ]),
  );
}

/** JSON Schema 2020-12, which OpenAPI 3.1 takes as it is, of what is sent and not of what it is read as. */
function schemaOf(shape: z.ZodType): Json {
  const { $schema: _dialect, ...schema } = z.toJSONSchema(shape, { io: 'input' });
  return schema;
}

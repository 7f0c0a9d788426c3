import type { Context } from 'hono';
import type { z } from 'zod';

import { ServerError, type ServerErrorCode } from '../errors.ts';
import { hasControlWithin } from '../plain-text.ts';
import { readShape } from '../readshape.ts';
import type { Guard } from './guards.ts';

/** One route of the server. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** With parameters as `:name`. */
  readonly path: string;
  /** Asked in order before the handler; nothing of a body has been read by then. */
  readonly guards: readonly Guard[];
  readonly handle: (context: Context) => Promise<Response>;
  /** What people read of it; out of this the description of the API is made. */
  readonly described?: Described;
}

/** A route as the description of the API has it. The same shapes read the request. */
export interface Described {
  readonly tag: string;
  readonly summary: string;
  /** Whose credential it asks for; the admin's if left out. */
  readonly who?: 'admin' | 'token' | 'anybody';
  readonly body?: z.ZodType;
  /** Whether it may be left out. */
  readonly isBodyOptional?: boolean;
  readonly query?: z.ZodType;
  readonly answer: z.ZodType;
  /** 200 if left out. */
  readonly status?: 200 | 201 | 202;
  /** What it may refuse with, besides what its guards say. */
  readonly refusals?: readonly ServerErrorCode[];
  /** One call of it as people would make it, for the page about the API. A test makes it. */
  readonly example?: RouteExample;
}

/** What stands in an example; `$NAME` is a variable of the shell. */
export interface RouteExample {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: string;
  readonly body?: unknown;
}

/** An answer that nobody on the way may keep. */
export function privateJson(context: Context, value: object, status: 200 | 201 | 202 = 200): Response {
  return context.json(value, status, { 'cache-control': 'no-store' });
}

/** The body of a request as JSON. Throws `ServerError` `INPUT_INVALID`. */
export async function jsonOf(request: Request): Promise<unknown> {
  return parsed(await request.text());
}

function parsed(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ServerError('INPUT_INVALID', 'The body must be JSON; it is not.');
  }
  if (hasControlWithin(value))
    throw new ServerError('INPUT_INVALID', 'A text in the body has a control character in it.');
  return value;
}

/** The body by its shape; where there is none, as if it were `{}`. Throws `ServerError` `INPUT_INVALID`. */
export async function optionalBody<Shape extends z.ZodType>(
  request: Request,
  shape: Shape,
): Promise<z.infer<Shape>> {
  const text = await request.text();
  if (text.trim() === '') return readShape(shape, {}, 'This is no body for this request.');
  return readShape(shape, parsed(text), 'This is no body for this request.');
}

/** The body by its shape. Throws `ServerError` `INPUT_INVALID`. */
export async function bodyOf<Shape extends z.ZodType>(
  request: Request,
  shape: Shape,
): Promise<z.infer<Shape>> {
  return readShape(shape, await jsonOf(request), 'This is no body for this request.');
}

/** What stands after the question mark, by its shape; nothing may stand twice. Throws `ServerError` `INPUT_INVALID`. */
export function queryOf<Shape extends z.ZodType>(context: Context, shape: Shape): z.infer<Shape> {
  const { searchParams } = new URL(context.req.url);
  const names = [...searchParams.keys()];
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    throw new ServerError('INPUT_INVALID', 'A part of the query stands there twice.', 'Say each once.');
  }
  return readShape(shape, Object.fromEntries(searchParams), 'This is no query for this request.');
}

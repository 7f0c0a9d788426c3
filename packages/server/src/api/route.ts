import type { Context } from 'hono';
import type { z } from 'zod';

import { ServerError, type ServerErrorCode } from '../errors.ts';
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
  readonly body?: z.ZodType;
  readonly query?: z.ZodType;
  readonly answer: z.ZodType;
  /** 200 if left out. */
  readonly status?: 200 | 201;
  /** What it may refuse with, besides what its guards say. */
  readonly refusals?: readonly ServerErrorCode[];
}

/** An answer that nobody on the way may keep. */
export function privateJson(context: Context, value: object, status: 200 | 201 = 200): Response {
  return context.json(value, status, { 'cache-control': 'no-store' });
}

/** The body of a request as JSON. Throws `ServerError` `INPUT_INVALID`. */
export async function jsonOf(request: Request): Promise<unknown> {
  try {
    return await request.json();
  } catch {
    throw new ServerError('INPUT_INVALID', 'The body must be JSON; it is not.');
  }
}

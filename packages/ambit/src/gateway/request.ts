import { readBody } from './limits.ts';
import type { GatewayLimits } from './types.ts';

/** One GraphQL request over HTTP, as its body says. */
export interface OperationRequest {
  readonly query: string;
  readonly operationName?: string | undefined;
  readonly variables?: Readonly<Record<string, unknown>> | undefined;
}

/** Why a request is no GraphQL request. */
export interface RequestProblem {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

/** Reads the body of a POST (GraphQL over HTTP, section 6.4). One operation per request: no batches. */
export async function readRequest(
  request: Request,
  limits: GatewayLimits,
): Promise<OperationRequest | RequestProblem> {
  const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json')
    return problem(415, 'UNSUPPORTED_MEDIA_TYPE', 'send the request as `content-type: application/json`');
  const text = await readBody(request, limits.bodyBytes);
  if (text === undefined)
    return problem(413, 'LIMIT_EXCEEDED', `the body is longer than ${limits.bodyBytes} bytes`);
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return problem(400, 'BAD_REQUEST', 'the body is not valid JSON');
  }
  return operationIn(body);
}

function operationIn(body: unknown): OperationRequest | RequestProblem {
  if (Array.isArray(body))
    return problem(400, 'BAD_REQUEST', 'send one operation per request; batches are not carried');
  if (typeof body !== 'object' || body === null)
    return problem(400, 'BAD_REQUEST', 'the body has to be a JSON object with `query`');
  const { query, operationName, variables } = body as Record<string, unknown>;
  if (typeof query !== 'string') {
    const hint = 'extensions' in body ? '; persisted queries are not carried' : '';
    return problem(400, 'BAD_REQUEST', `\`query\` has to be a string${hint}`);
  }
  if (operationName !== undefined && operationName !== null && typeof operationName !== 'string') {
    return problem(400, 'BAD_REQUEST', '`operationName` has to be a string');
  }
  if (
    variables !== undefined &&
    variables !== null &&
    (typeof variables !== 'object' || Array.isArray(variables))
  ) {
    return problem(400, 'BAD_REQUEST', '`variables` has to be an object');
  }
  return {
    query,
    ...(typeof operationName === 'string' ? { operationName } : {}),
    ...(variables ? { variables: variables as Record<string, unknown> } : {}),
  };
}

function problem(status: number, code: string, message: string): RequestProblem {
  return { status, code, message };
}

/** Variables that the forwarded document still declares, and no other: the rest is the client's affair. */
export function usedVariables(
  names: readonly string[],
  raw: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  return Object.fromEntries(
    names.filter((name) => Object.hasOwn(raw, name)).map((name) => [name, raw[name]]),
  );
}

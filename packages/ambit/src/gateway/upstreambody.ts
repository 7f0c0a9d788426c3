import type { UpstreamAnswer } from './types.ts';

/** Why the upstream gave nothing that could be answered with. */
export class UpstreamFailure extends Error {}

/** The part of an upstream's answer that GraphQL defines. */
export interface UpstreamBody {
  readonly data: unknown;
  readonly errors: readonly unknown[];
}

/** The GraphQL part of an answer. What an API says when it refuses the gateway itself is not for the client. */
export function bodyOf({ status, body }: UpstreamAnswer): UpstreamBody {
  if (status === 401 || (status >= 300 && status < 400) || status >= 500) {
    throw new UpstreamFailure(`the API behind this gateway answered with status ${status}`);
  }
  if (
    typeof body !== 'object' ||
    body === null ||
    Array.isArray(body) ||
    !('data' in body || 'errors' in body)
  ) {
    throw new UpstreamFailure('the API behind this gateway gave an answer that is no GraphQL');
  }
  const errors = 'errors' in body && Array.isArray(body.errors) ? body.errors : [];
  return { data: 'data' in body ? body.data : null, errors };
}

import { DPOP_ALGORITHMS } from './dpop.ts';

/**
 * Adds to a 401 of the gateway where a client finds out how to get a token (RFC 9728, section 5.1), and that tokens may
 * be bound to keys (RFC 9449, section 7.1).
 */
export function challenged(answer: Response, issuer: string): Response {
  const theirs = answer.headers.get('www-authenticate');
  if (answer.status !== 401 || theirs === null || !theirs.startsWith('Bearer')) return answer;
  const metadata = `resource_metadata="${issuer}/.well-known/oauth-protected-resource/graphql"`;
  const separator = theirs === 'Bearer' ? ' ' : ', ';
  const headers = new Headers(answer.headers);
  headers.set('www-authenticate', `${theirs}${separator}${metadata}`);
  headers.append('www-authenticate', `DPoP algs="${DPOP_ALGORITHMS.join(' ')}"`);
  return new Response(answer.body, { status: answer.status, headers });
}

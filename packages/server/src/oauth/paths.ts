type Name =
  | 'authorization'
  | 'code_verification'
  | 'device_authorization'
  | 'introspection'
  | 'jwks'
  | 'pushed_authorization_request'
  | 'revocation'
  | 'token'
  | 'end_session';

/** Where the authorization server answers, by the library's names. */
export const PATHS: Readonly<Record<Name, string>> = {
  authorization: '/oauth/authorize',
  code_verification: '/oauth/device',
  device_authorization: '/oauth/device_authorization',
  introspection: '/oauth/introspect',
  jwks: '/oauth/jwks',
  pushed_authorization_request: '/oauth/par',
  revocation: '/oauth/revoke',
  token: '/oauth/token',
  end_session: '/oauth/end',
};

export const METADATA_PATH: string = '/.well-known/oauth-authorization-server';

/** Where it is asked by others than itself. */
export const OAUTH_PATHS: readonly string[] = [
  METADATA_PATH,
  ...Object.values(PATHS).filter((path) => path !== PATHS.end_session),
];

const WHOLE: ReadonlySet<string> = new Set([...OAUTH_PATHS, `${PATHS.end_session}/confirm`]);

/** Where a browser comes back to what it began; by `interactions.url` it never is where people are asked. */
const RESUMED = /^\/oauth\/(?:authorize|device)\/[A-Za-z0-9_-]{1,64}$/;

/**
 * Whether a path belongs to the authorization server itself; the rest is for the routes of ours. Byte for byte: the
 * library also takes other cases of letters and a slash at the end, and what stands before it knows one form alone.
 */
export function isOAuthPath(url: string | undefined): boolean {
  const path = (url ?? '').split('?')[0] ?? '';
  return WHOLE.has(path) || RESUMED.test(path);
}

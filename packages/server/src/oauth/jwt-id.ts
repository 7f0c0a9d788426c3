const FORM = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/;
const PREFIX = 'ambj_';

/** Whether a text has the form of a JWT, whosever it is. */
export function isJwt(text: string): boolean {
  return FORM.test(text);
}

/**
 * Under which id a JWT is kept. The library refuses to look for anything that it can read as a JWT, so this has another
 * form; it is made from the whole token, and worth as much.
 */
export function jwtId(jwt: string): string {
  return PREFIX + jwt.replaceAll('.', '~');
}

/** Whether a text has the form of such an id. */
export function isJwtId(id: string): boolean {
  return id.startsWith(PREFIX) && FORM.test(id.slice(PREFIX.length).replaceAll('~', '.'));
}

import type { Context } from 'hono';

/** Segments that stand for other segments, and separators in disguise: whoever is asked reads them in its own way. */
const AMBIGUOUS = /(?:^|\/)\.{1,2}(?:\/|$)|%2f|%5c|\\|#/i;
/** Escapes of characters that need none (RFC 3986, section 2.3): whoever compares bytes takes them for something else. */
const NEEDLESS = /%(?:2[de]|3\d|4[1-9a-f]|5[\daf]|6[1-9a-f]|7[\dae])/i;

/**
 * Whether the path of a request, byte for byte as it came, can be read in one way only. A proxy in front decides by the
 * path who may ask; were `/oauth/a%2fb/../../api` one path to it and another to us, it would have let in what it keeps out.
 */
export function isPlainTarget(target: string): boolean {
  // A proxy may send the whole address (RFC 9112, section 3.2.2).
  const [path = ''] = target.replace(/^https?:\/\/[^/?#\\]*(?=\/)/i, '').split('?');
  return path.startsWith('/') && !AMBIGUOUS.test(path) && !NEEDLESS.test(path);
}

/** The same of a request that came over a connection; one without has no form but the one that is routed by. */
export function hasPlainTarget(context: Context): boolean {
  const bindings: unknown = context.env;
  if (typeof bindings !== 'object' || bindings === null || !('incoming' in bindings)) return true;
  const { url } = bindings.incoming as { readonly url?: unknown };
  return url === undefined || (typeof url === 'string' && isPlainTarget(url));
}

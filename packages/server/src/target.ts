import type { Context } from 'hono';

/** Segments that stand for other segments, and separators in disguise: whoever is asked reads them in its own way. */
const AMBIGUOUS = /(?:^|\/)(?:\.|%2e){1,2}(?:\/|$)|%2f|%5c|\\/i;

/**
 * Whether the path of a request, byte for byte as it came, can be read in one way only. A proxy in front decides by the
 * path who may ask; were `/oauth/a%2fb/../../api` one path to it and another to us, it would have let in what it keeps out.
 */
export function isPlainTarget(target: string): boolean {
  const [path = ''] = target.split('?');
  return path.startsWith('/') && !AMBIGUOUS.test(path);
}

/** The same of a request that came over a connection; one without has no form but the one that is routed by. */
export function hasPlainTarget(context: Context): boolean {
  const bindings: unknown = context.env;
  if (typeof bindings !== 'object' || bindings === null || !('incoming' in bindings)) return true;
  const { url } = bindings.incoming as { readonly url?: unknown };
  return url === undefined || (typeof url === 'string' && isPlainTarget(url));
}

const LENGTH = 2_000;

/**
 * Where a form may lead back to: a path of this server, written in a way that no browser reads as anything else. What
 * names another host or scheme, or could be taken for it (`//evil`, `/\\evil`, `https:`), is `fallback`.
 */
export function returnPath(text: string | null | undefined, fallback: string): string {
  if (text === null || text === undefined || text.length > LENGTH) return fallback;
  // No backslash, which browsers read as a slash, and no control or space, which they skip (WHATWG URL, 4.4).
  if (!/^\/(?!\/)[\x21-\x5b\x5d-\x7e]*$/.test(text)) return fallback;
  const base = 'http://here.invalid';
  const url = URL.canParse(text, base) ? new URL(text, base) : undefined;
  if (url?.origin !== base) return fallback;
  const path = `${url.pathname}${url.search}`;
  return path.startsWith('//') ? fallback : path;
}

import { STYLE_SOURCE } from './layout.ts';

/**
 * Headers of every page (CSP level 3; Fetch). `formTargets` are what a form may lead to besides this server: Chromium
 * holds `form-action` against each redirect that comes of a form as well.
 */
export function pageHeaders(formTargets: readonly string[] = []): Readonly<Record<string, string>> {
  const policy = [
    "default-src 'none'",
    `style-src ${STYLE_SOURCE}`,
    "img-src 'self'",
    `form-action ${["'self'", ...formTargets].join(' ')}`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ];
  return {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': policy.join('; '),
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
    'cross-origin-opener-policy': 'same-origin',
  };
}

/**
 * The source by which `form-action` lets a redirect URI through: its origin, or its scheme where the URI belongs to a
 * program on the person's machine (RFC 8252, 7.1). Nothing for what is no URI, or what a policy cannot hold.
 */
export function formTarget(redirectUri: string): string | undefined {
  if (!URL.canParse(redirectUri)) return undefined;
  const { protocol, origin } = new URL(redirectUri);
  const source = protocol === 'https:' || protocol === 'http:' ? origin : protocol;
  return /^[A-Za-z0-9.+:/[\]-]+$/.test(source) && !/^(javascript|data|blob|vbscript|file):$/.test(source)
    ? source
    : undefined;
}

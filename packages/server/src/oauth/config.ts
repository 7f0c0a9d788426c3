import { z } from 'zod';

import { hasCredential } from '../addresses.ts';
import type { JwtResource } from './jwt.ts';

const LOOPBACK: readonly string[] = ['localhost', '127.0.0.1', '[::1]'];

/** RFC 6749, section 3.3: what a scope may consist of. */
export const SCOPE_FORM: RegExp = /^[\x21\x23-\x5b\x5d-\x7e]+$/;

/** The part of the configuration about OAuth. Without it there is no authorization server. */
export interface OAuthConfig {
  /** The origin under which the server is known outside, `https` unless it is this machine (RFC 8414, section 2). */
  readonly issuer: string;
  readonly accessTokenSeconds: number;
  readonly refreshTokenDays: number;
  /** Servers behind the gateway that take short JWTs. */
  readonly jwt: readonly JwtResource[];
}

/** What scopes are for, in words for the people who are asked to grant them. */
export type ScopeDescriptions = Readonly<Record<string, { readonly description: string }>>;

const seconds = (least: number, most: number): z.ZodNumber => z.number().int().min(least).max(most);

export const jwtShape: z.ZodType<JwtResource> = z.strictObject({
  resource: z
    .string()
    .max(500)
    .refine(isResource, 'must be an https address without a fragment (http only for this machine)'),
  lifetimeSeconds: seconds(10, 300).default(300),
});

export const oauthShape: z.ZodType<OAuthConfig> = z.strictObject({
  issuer: z.string().superRefine((text, context) => {
    const message = problemOfIssuer(text);
    if (message !== undefined) context.addIssue({ code: 'custom', message });
  }),
  accessTokenSeconds: seconds(60, 86_400).default(3_600),
  refreshTokenDays: seconds(1, 365).default(30),
  jwt: z
    .array(jwtShape)
    .max(100)
    .refine(
      (all) => new Set(all.map(({ resource }) => resource)).size === all.length,
      'names a resource twice',
    )
    .default([]),
});

export const scopesShape: z.ZodType<ScopeDescriptions> = z.record(
  z.string().regex(SCOPE_FORM, 'must be a scope: printable ASCII without spaces, quotes and backslashes'),
  z.strictObject({ description: z.string().trim().min(1).max(500) }),
);

// Clients compare it byte for byte (RFC 8414, section 3.3), so nothing of it is mended here.
function problemOfIssuer(text: string): string | undefined {
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol))
    return 'must be an https origin such as https://api.example.com';
  const { protocol, hostname, origin, pathname, search, hash } = new URL(text);
  if (hasCredential(text)) return 'must hold no credential';
  if (protocol === 'http:' && !LOOPBACK.includes(hostname))
    return `must begin with https://: http is for this machine alone (${LOOPBACK.join(', ')})`;
  if (origin === text) return undefined;
  if (text === `${origin}/`)
    return 'must not end with a slash: it is a scheme and a host, with no path behind';
  if (pathname !== '/' || search !== '' || hash !== '')
    return 'must be a scheme and a host, such as https://api.example.com, with no path behind';
  return 'must be written in small letters, without a port that is the usual one, and with nothing behind the host';
}

function isResource(text: string): boolean {
  if (!URL.canParse(text) || /[#\s]/.test(text)) return false;
  const { protocol, hostname } = new URL(text);
  if (hasCredential(text)) return false;
  return protocol === 'https:' || (protocol === 'http:' && LOOPBACK.includes(hostname));
}

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
  issuer: z
    .string()
    .refine(
      isIssuer,
      'must be an https origin such as https://api.example.com, without a path (http only for this machine)',
    ),
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

function isIssuer(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, origin } = new URL(text);
  return origin === text && (protocol === 'https:' || (protocol === 'http:' && LOOPBACK.includes(hostname)));
}

function isResource(text: string): boolean {
  if (!URL.canParse(text) || /[#\s]/.test(text)) return false;
  const { protocol, hostname } = new URL(text);
  if (hasCredential(text)) return false;
  return protocol === 'https:' || (protocol === 'http:' && LOOPBACK.includes(hostname));
}

import { z } from 'zod';

import { hasCredential } from '../addresses.ts';
import { ServerError } from '../errors.ts';

const LOOPBACK: readonly string[] = ['localhost', '127.0.0.1', '[::1]'];

/** The address under which people reach the server: a scheme, a host and perhaps a port. */
export const publicUrlShape: z.ZodType<string> = z
  .url({ protocol: /^https?$/, error: 'must be an http or https address' })
  .refine(
    (url) => !URL.canParse(url) || isBare(new URL(url)),
    'must be a host alone, such as https://ambit.example.com',
  )
  .transform((url) => new URL(url).origin);

const issuer = z
  .url({ protocol: /^https?$/, error: 'must be an http or https address' })
  .refine(
    (url) =>
      !URL.canParse(url) || new URL(url).protocol === 'https:' || LOOPBACK.includes(new URL(url).hostname),
    'must be an https address, but for one of this machine',
  );

const claim = z.string().min(1).max(100);

/** Another issuer at which people may sign in: an OpenID provider. */
export interface SignInOptions {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret?: string | undefined;
  /** What it is called on the button. */
  readonly name: string;
  /** The claim that becomes the subject. */
  readonly subjectClaim: string;
  readonly scopes: readonly string[];
  /** Domains of verified e-mail addresses; everybody of the issuer where absent. */
  readonly allowedDomains?: readonly string[] | undefined;
  /** Who is an administrator: those whose claim has this value, or holds it. */
  readonly adminClaim?: { readonly name: string; readonly value: string } | undefined;
}

/** How it is configured. */
export const signInShape: z.ZodType<SignInOptions> = z.strictObject({
  issuer,
  clientId: z.string().min(1),
  clientSecret: z.string().min(1).optional(),
  name: z.string().min(1).max(60),
  subjectClaim: claim.default('sub'),
  scopes: z
    .array(
      z
        .string()
        .regex(
          /^[\x21\x23-\x5b\x5d-\x7e]+$/,
          'must be a scope: printable ASCII without spaces, quotes and backslashes',
        ),
    )
    .default(['openid', 'profile', 'email']),
  allowedDomains: z.array(z.string().min(1)).min(1).optional(),
  adminClaim: z.strictObject({ name: claim, value: z.string().min(1) }).optional(),
});

/** The issuer sends people back to one address, which has to be known before anybody asks. Throws `CONFIG_INVALID`. */
export function checkSignIn(
  { signIn, publicUrl }: { readonly signIn?: unknown; readonly publicUrl?: string | undefined },
  where: string,
): void {
  if (signIn === undefined || publicUrl !== undefined) return;
  throw new ServerError(
    'CONFIG_INVALID',
    `${where}: \`signIn\` needs \`publicUrl\`: the issuer has to know where to send people back to.`,
    'Give the address under which people reach this server, such as https://ambit.example.com.',
  );
}

function isBare(url: URL): boolean {
  return url.pathname === '/' && url.search === '' && url.hash === '' && !hasCredential(url.href);
}

import { z } from 'zod';

import { hasCredential } from '../addresses.ts';
import {
  type ClaimMapping,
  type GrantSet,
  type MappingOptions,
  mappingOptions,
  toMapping,
} from './mapping-config.ts';

/** Algorithms that an issuer may sign with. `none` and everything with a shared secret are not among them. */
export type Algorithm = 'ES256' | 'RS256' | 'EdDSA' | 'PS256';

/** An authorization server whose JWTs are taken, with its defaults put in. */
export interface IssuerConfig {
  /** Compared with `iss` byte for byte. */
  readonly issuer: string;
  /** Where its keys are; where its metadata says when absent. */
  readonly jwks: string | undefined;
  /** A token has to be meant for one of these. */
  readonly audience: readonly string[];
  readonly algorithms: readonly Algorithm[];
  readonly types: readonly string[];
  readonly clockToleranceSeconds: number;
  readonly allowPrivateNetwork: boolean;
  readonly mapping: ClaimMapping;
}

/** An authorization server that is asked about tokens which say nothing by themselves (RFC 7662). */
export interface IntrospectionConfig {
  readonly url: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Only tokens that begin so are asked about; every one when absent. */
  readonly prefix: string | undefined;
  readonly issuer: string | undefined;
  /** The answer has to name one of these; nothing only where tokens that were made for other APIs are wanted. */
  readonly audience: readonly string[] | undefined;
  readonly requireTokenType: boolean;
  readonly cacheSeconds: number;
  readonly timeoutMs: number;
  readonly clockToleranceSeconds: number;
  readonly allowPrivateNetwork: boolean;
  readonly mapping: ClaimMapping;
}

const texts = z.array(z.string().min(1)).min(1);
const clockToleranceSeconds = z.number().int().min(0).max(60).default(5);
const allowPrivateNetwork = z.boolean().default(false);
const address = z
  .url({ protocol: /^https?$/, error: 'must be an http or https address' })
  .refine((url) => !hasCredential(url), 'must hold no credential; there are options for it');

const issuerOptions = z.strictObject({
  issuer: z.string().min(1),
  jwks: address.optional(),
  audience: texts,
  algorithms: z
    .array(z.enum(['ES256', 'RS256', 'EdDSA', 'PS256']))
    .min(1)
    .default(['ES256', 'RS256', 'EdDSA', 'PS256']),
  types: texts.default(['at+jwt']),
  clockToleranceSeconds,
  allowPrivateNetwork,
  ...mappingOptions,
});

const introspectionOptions = z.strictObject({
  url: address,
  clientId: z.string().min(1),
  clientSecret: z.string().min(1),
  prefix: z.string().min(1).optional(),
  issuer: z.string().min(1).optional(),
  audience: texts.optional(),
  acceptTokensForOtherApis: z.boolean().default(false),
  requireTokenType: z.boolean().default(true),
  cacheSeconds: z.number().int().min(0).max(60).default(5),
  timeoutMs: z.number().int().min(100).max(30_000).default(5_000),
  clockToleranceSeconds,
  allowPrivateNetwork,
  ...mappingOptions,
});

const UNREAD_ROLES = {
  path: ['roles'],
  error: 'needs `claims.roles`, the path of the claim that names them',
};
const UNREAD_REFERENCES = {
  path: ['references'],
  error: 'needs `claims.reference`, the path of the claim that names them',
};
// An authorization server answers for all its tokens, and most of those are for somebody else.
const UNNAMED_AUDIENCE = {
  path: ['audience'],
  error:
    'is needed: what the answer has to name in `aud`; without it, a token that was made for another API opens this one (`acceptTokensForOtherApis: true` has it so)',
};
const ENCRYPTED_RULE = 'must be an https address, unless `allowPrivateNetwork` is true';

/** The option `issuers`. */
export const issuersShape: z.ZodType<readonly IssuerConfig[]> = z
  .array(
    issuerOptions
      .refine(
        ({ issuer, jwks }) => jwks !== undefined || (/^https?:\/\//.test(issuer) && URL.canParse(issuer)),
        {
          path: ['issuer'],
          error: 'must be an address, for its metadata to be found; else give `jwks`',
        },
      )
      .refine((one) => one.jwks !== undefined || isEncrypted(one.issuer, one.allowPrivateNetwork), {
        path: ['issuer'],
        error: ENCRYPTED_RULE,
      })
      .refine((one) => isEncrypted(one.jwks ?? '', one.allowPrivateNetwork), {
        path: ['jwks'],
        error: ENCRYPTED_RULE,
      })
      .refine(readsRoles, UNREAD_ROLES)
      .refine(readsReferences, UNREAD_REFERENCES)
      .transform((options) => ({
        ...options,
        jwks: options.jwks,
        mapping: toMapping(options),
      })),
  )
  .max(50)
  .refine((all) => new Set(all.map(({ issuer }) => issuer)).size === all.length, 'must name each issuer once')
  .default([]);

/** The option `introspection`. */
export const introspectionShape: z.ZodType<IntrospectionConfig | undefined> = introspectionOptions
  .refine((one) => isEncrypted(one.url, one.allowPrivateNetwork), { path: ['url'], error: ENCRYPTED_RULE })
  .refine((one) => one.audience !== undefined || one.acceptTokensForOtherApis, UNNAMED_AUDIENCE)
  .refine((one) => one.audience === undefined || !one.acceptTokensForOtherApis, {
    path: ['acceptTokensForOtherApis'],
    error: 'says the opposite of `audience`; leave one of them out',
  })
  .refine(readsRoles, UNREAD_ROLES)
  .refine(readsReferences, UNREAD_REFERENCES)
  .transform((options) => ({
    ...options,
    prefix: options.prefix,
    issuer: options.issuer,
    audience: options.audience,
    mapping: toMapping(options),
  }))
  .optional();

// What no claim can name would never be held, and nobody would notice.
function readsRoles({ claims, roles }: Pick<MappingOptions, 'claims' | 'roles'>): boolean {
  return claims.roles !== undefined || Object.keys(roles).length === 0;
}

function readsReferences({ claims, references }: Pick<MappingOptions, 'claims' | 'references'>): boolean {
  return claims.reference !== undefined || Object.keys(references).length === 0;
}

function isEncrypted(url: string, allowsPrivate: boolean): boolean {
  return allowsPrivate || !URL.canParse(url) || new URL(url).protocol === 'https:';
}

/** Every set of grants that a mapping names, for a check against the rules when the server starts. */
export function* configuredSets(
  issuers: readonly IssuerConfig[],
  introspection: IntrospectionConfig | undefined,
): Iterable<readonly [where: string, set: GrantSet]> {
  for (const [index, { mapping }] of issuers.entries()) yield* setsOf(`issuers.${index}`, mapping);
  if (introspection !== undefined) yield* setsOf('introspection', introspection.mapping);
}

function* setsOf(where: string, mapping: ClaimMapping): Iterable<readonly [string, GrantSet]> {
  for (const [name, set] of mapping.roles) yield [`${where}.roles.${name}`, set];
  for (const [name, set] of mapping.references) yield [`${where}.references.${name}`, set];
  yield [`${where}.everyone`, mapping.everyone];
}

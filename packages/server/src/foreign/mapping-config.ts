import type { GrantBoundary } from 'ambit';
import { z } from 'zod';

import { type ClaimPath, claimPath } from './path.ts';

/** Permissions in one place, or in the places that a claim of the token names. */
export type GranularEntry =
  | { readonly permissions: readonly string[]; readonly boundary: GrantBoundary }
  | {
      readonly permissions: readonly string[];
      readonly boundaryClaim: ClaimPath;
      /** The kind of the places that the claim lists; without it the claim names the kinds itself. */
      readonly kind?: string | undefined;
    };

/** What a role, or a reference, stands for. */
export interface GrantSet {
  readonly scopes: readonly string[];
  readonly granular: readonly GranularEntry[];
}

/** How the claims of one issuer become grants. */
export interface ClaimMapping {
  readonly subject: ClaimPath;
  /** Put before the subject, so that subjects of two issuers are not taken for each other; none where nothing is said. */
  readonly subjectPrefix: string | undefined;
  /** The first of these that is there. */
  readonly client: readonly ClaimPath[];
  /** All of these. */
  readonly scopes: readonly ClaimPath[];
  readonly role: ClaimPath | undefined;
  readonly reference: ClaimPath | undefined;
  readonly details: ClaimPath | undefined;
  readonly roles: ReadonlyMap<string, GrantSet>;
  readonly references: ReadonlyMap<string, GrantSet>;
  readonly everyone: GrantSet;
  readonly trustAmbitScopes: boolean;
  readonly graphqlClaims: boolean;
}

const names = z.array(z.string().min(1)).max(1_000);
const BOUNDARY_RULE = 'must be user, instance, or one kind with one object, such as { project: acme/web }';
const boundary = z.union(
  [
    z.enum(['user', 'instance']),
    z
      .record(z.string().min(1), z.string().min(1))
      .refine((value) => Object.keys(value).length === 1, BOUNDARY_RULE),
  ],
  BOUNDARY_RULE,
);

const granularEntry = z.union(
  [
    z.strictObject({ permissions: names.min(1), boundary }),
    z.strictObject({
      permissions: names.min(1),
      boundaryClaim: claimPath,
      kind: z.string().min(1).optional(),
    }),
  ],
  'must be { permissions, boundary } or { permissions, boundaryClaim, kind? }',
);

const grantSet = z.strictObject({
  scopes: names.default([]),
  granular: z.array(granularEntry).max(1_000).default([]),
});

const claims = z.strictObject({
  subject: claimPath.optional(),
  client: claimPath.optional(),
  scopes: claimPath.optional(),
  roles: claimPath.optional(),
  reference: claimPath.optional(),
  details: claimPath.optional(),
});

interface ClaimPaths {
  readonly subject?: ClaimPath | undefined;
  readonly client?: ClaimPath | undefined;
  readonly scopes?: ClaimPath | undefined;
  readonly roles?: ClaimPath | undefined;
  readonly reference?: ClaimPath | undefined;
  readonly details?: ClaimPath | undefined;
}

/** The options of a mapping, as checked. */
export interface MappingOptions {
  readonly claims: ClaimPaths;
  readonly subjectPrefix?: string | undefined;
  readonly roles: Readonly<Record<string, GrantSet>>;
  readonly references: Readonly<Record<string, GrantSet>>;
  readonly everyone: GrantSet;
  readonly trustAmbitScopes: boolean;
  readonly graphqlClaims: boolean;
}

/** The options of a mapping, which stand beside the other options of an issuer. */
export const mappingOptions: { readonly [Key in keyof MappingOptions]-?: z.ZodType<MappingOptions[Key]> } = {
  claims: claims.prefault({}),
  subjectPrefix: z
    .string()
    .regex(/^[\x21-\x7e]*$/, 'must be printable ASCII without spaces')
    .max(100)
    .optional(),
  roles: z.record(z.string().min(1), grantSet).default({}),
  references: z.record(z.string().min(1), grantSet).default({}),
  everyone: grantSet.prefault({}),
  trustAmbitScopes: z.boolean().default(false),
  graphqlClaims: z.boolean().default(false),
};

/** The options as used: paths with their defaults, and names in maps, in which no name is special. */
export function toMapping(options: MappingOptions): ClaimMapping {
  const { subject, client, scopes, roles, reference, details } = options.claims;
  return {
    subject: subject ?? ['sub'],
    subjectPrefix: options.subjectPrefix,
    client: client === undefined ? [['client_id'], ['azp']] : [client],
    scopes: scopes === undefined ? [['scope'], ['scp']] : [scopes],
    role: roles,
    reference,
    details,
    roles: new Map(Object.entries(options.roles)),
    references: new Map(Object.entries(options.references)),
    everyone: options.everyone,
    trustAmbitScopes: options.trustAmbitScopes,
    graphqlClaims: options.graphqlClaims,
  };
}

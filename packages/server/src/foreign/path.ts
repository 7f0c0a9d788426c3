import { z } from 'zod';

/** Where a claim stands: the names to follow from the top of the token, each taken as it is. */
export type ClaimPath = readonly string[];

/**
 * A path as configured: `scope`, `realm_access.roles`, or a list of names, `['https://api.example/roles']`, for names
 * that hold dots themselves.
 */
export const claimPath: z.ZodType<ClaimPath> = z.union(
  [
    z
      .string()
      .regex(/^[^.:/]+(\.[^.:/]+)*$/)
      .transform((text): readonly string[] => text.split('.')),
    z.array(z.string().min(1)).min(1).max(10),
  ],
  'must be the path of a claim, such as realm_access.roles; a name with dots, slashes or colons stands in a list: [https://api.example/roles]',
);

/** What is at a path; nothing where a name is missing or null. Looks at what the token itself says, never at prototypes. */
export function claimAt(claims: object, path: ClaimPath): unknown {
  let value: unknown = claims;
  for (const name of path) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    value = Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
  }
  return value ?? undefined;
}

import { z } from 'zod';

import { hasCredential } from '../addresses.ts';

/** How GitHub's reports are believed: by keys that are fetched, or by keys that are given. */
export interface GithubConfig {
  /** Where GitHub lists the keys with which it signs. */
  readonly keysUrl?: string | undefined;
  /** PEM by identifier, where nothing shall be fetched. */
  readonly keys?: Readonly<Record<string, string>> | undefined;
}

/** Who is heard about leaked tokens besides whoever holds one. */
export interface LeaksConfig {
  readonly github?: GithubConfig | undefined;
}

/** The option `leaks` of the configuration. */
export const leaksShape: z.ZodType<LeaksConfig> = z
  .strictObject({
    github: z
      .strictObject({
        keysUrl: z
          .url({ protocol: /^https?$/, error: 'must be an http or https address' })
          .refine((text) => !hasCredential(text), 'must hold no credential')
          .optional(),
        keys: z.record(z.string().min(1), z.string().min(1)).optional(),
      })
      .refine(
        ({ keysUrl, keys }) => (keysUrl === undefined) !== (keys === undefined),
        'must hold `keysUrl` or `keys`, and not both',
      )
      .optional(),
  })
  .prefault({});

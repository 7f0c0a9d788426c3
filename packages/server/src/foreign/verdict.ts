import type { Grants } from 'ambit';

/** What somebody else's token turned out to be. */
export type Verdict =
  | {
      readonly grants: Grants;
      /** Until when this may be said again without looking, in milliseconds since the epoch. */
      readonly until: number;
      readonly droppedScopes: number;
    }
  | {
      /** Which check failed, for the log alone. */
      readonly refused: string;
      /** Whether the token is known to come from its issuer; what does not could fill the log. */
      readonly isGenuine: boolean;
    };

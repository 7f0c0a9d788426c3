import type { Change } from '../store/changes.ts';

/** What changed; `everything` where it cannot be told: nothing that was remembered before may be used any more. */
export type Heard = Change | { readonly kind: 'everything' };

/** A thing that can be taken back. */
export type About = Pick<Change, 'kind' | 'ref'>;

/** An end that comes when what it is about is taken back, changed, or cannot be asked after. */
export interface Watch {
  readonly signal: AbortSignal;
  /** To be called when nobody waits on the signal any more. */
  stop(): void;
}

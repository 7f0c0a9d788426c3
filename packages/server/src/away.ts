import { ServerError, systemCode } from './errors.ts';

/** What everybody may know of a store that does not answer: not where it is, nor who we are there. */
export const STORE_AWAY = 'The store does not answer at the moment. Try again in a moment.';

/** Whether an error says that the store does not answer. */
export function isAway(error: unknown): boolean {
  return error instanceof ServerError && error.code === 'STORE_UNREACHABLE';
}

/** Whether an error says that the client hung up before its body was whole; nobody waits for an answer then. */
export function hasHungUp(error: unknown): boolean {
  return error instanceof Error && error.message === 'aborted' && systemCode(error) === 'ECONNRESET';
}

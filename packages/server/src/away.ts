import { ServerError } from './errors.ts';

/** What everybody may know of a store that does not answer: not where it is, nor who we are there. */
export const STORE_AWAY = 'The store does not answer at the moment. Try again in a moment.';

/** Whether an error says that the store does not answer. */
export function isAway(error: unknown): boolean {
  return error instanceof ServerError && error.code === 'STORE_UNREACHABLE';
}

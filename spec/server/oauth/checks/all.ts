import type { Check } from './check.ts';
import { PKCE } from './rfc7636.ts';
import { PRACTICE } from './rfc9700.ts';

/** Every check, in the order of the page. */
export const CHECKS: readonly Check[] = [...PRACTICE, ...PKCE];

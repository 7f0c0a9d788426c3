import type { Check } from './check.ts';
import { ISSUERS, RESOURCE_METADATA, SERVER_METADATA } from './metadata.ts';
import { FRAMEWORK } from './rfc6749.ts';
import { REVOCATION } from './rfc7009.ts';
import { ASSERTIONS } from './rfc7523.ts';
import { PKCE } from './rfc7636.ts';
import { INTROSPECTION } from './rfc7662.ts';
import { DEVICES } from './rfc8628.ts';
import { EXCHANGES } from './rfc8693.ts';
import { DETAILS, RESOURCES } from './rfc8707.ts';
import { PUSHED } from './rfc9126.ts';
import { PROOFS } from './rfc9449.ts';
import { PRACTICE } from './rfc9700.ts';

/** Every check, in the order of the page. */
export const CHECKS: readonly Check[] = [
  ...FRAMEWORK,
  ...PRACTICE,
  ...PKCE,
  ...ASSERTIONS,
  ...REVOCATION,
  ...INTROSPECTION,
  ...SERVER_METADATA,
  ...DEVICES,
  ...EXCHANGES,
  ...RESOURCES,
  ...PUSHED,
  ...ISSUERS,
  ...DETAILS,
  ...PROOFS,
  ...RESOURCE_METADATA,
];

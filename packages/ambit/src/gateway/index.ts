/** Ambit as a fetch handler in front of an API that stays as it is. */
export { createGateway, type GatewayOptions } from './gateway.ts';
export type { LocalAnswers } from './local.ts';
export type {
  Authenticated,
  Authentication,
  GatewayLimits,
  ToldOperation,
  TooManyRequests,
  Upstream,
  UpstreamAnswer,
  UpstreamCall,
} from './types.ts';

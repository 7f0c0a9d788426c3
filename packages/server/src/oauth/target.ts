import type { AdapterPayload } from 'oidc-provider';

import { InvalidTarget, Provider } from './library.ts';
import { type TargetParts, targetOf } from './limits.ts';

/**
 * Refuses a token request for a resource for which its code or refresh token is none (RFC 8707, section 2.2), before that
 * is used up: whoever mistook the resource may ask again. Throws `invalid_target`.
 */
export function checkTarget({ resource: granted }: AdapterPayload, parts: TargetParts): void {
  const asked = Provider.ctx?.oidc?.params?.['resource'] ?? granted;
  // Of several the library takes the gateway.
  const wanted = Array.isArray(asked) ? parts.resource : asked;
  if (wanted === undefined || granted === undefined) return;
  if (![granted].flat().includes(String(wanted))) throw new InvalidTarget();
  targetOf(String(wanted), parts);
}

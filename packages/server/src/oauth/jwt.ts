import { decodeJwt } from 'jose';
import type ProviderType from 'oidc-provider';
import type { AdapterPayload } from 'oidc-provider';

import { isJwt, jwtId } from './jwt-id.ts';
import { InvalidRequest } from './library.ts';

/*
 * Short JWTs for servers behind the gateway (RFC 9068). Each is recorded like an opaque token, under the hash of all of
 * it: so it ends with its grant, client and person, can be revoked and asked about, and nothing that we did not issue
 * byte for byte is ever taken for one, whatever its signature.
 */

/** Longer ones do not pass every proxy: permissions in such numbers go by reference, in an opaque token. */
export const LONGEST_JWT = 4_096;

/** A resource whose tokens are JWTs. */
export interface JwtResource {
  readonly resource: string;
  readonly lifetimeSeconds: number;
}

interface Issuing {
  readonly format?: string;
  readonly adapter: { upsert(id: string, payload: AdapterPayload, expiresIn: number): Promise<void> };
}

/** Has JWTs recorded, which the library only signs. Their issue throws `invalid_request` for one that is too long. */
export function keepJwts(provider: ProviderType): void {
  for (const model of [provider.AccessToken, provider.ClientCredentials]) {
    const prototype = model.prototype as unknown as { save(): Promise<string> };
    const kept = (model as unknown as { readonly IN_PAYLOAD: readonly string[] }).IN_PAYLOAD;
    const theirs = prototype.save;
    prototype.save = async function (this: Issuing & typeof prototype): Promise<string> {
      const value = await theirs.call(this);
      if (this.format === 'jwt') await keep(value, this, kept);
      return value;
    };
  }
}

async function keep(value: string, token: Issuing, names: readonly string[]): Promise<void> {
  if (value.length > LONGEST_JWT) {
    throw new InvalidRequest(
      `the JWT would have ${value.length} bytes, more than ${LONGEST_JWT}; ask for less, or leave out \`resource\`: an opaque token holds any number`,
    );
  }
  const { iat = 0, exp = 0, jti } = decodeJwt(value);
  const own = Object.entries(token).filter(([name, what]) => names.includes(name) && what !== undefined);
  // `jti` is the name of the credential itself to the library; what stands in the JWT tells logs of it apart.
  const payload = { ...Object.fromEntries(own), iat, exp, jwtId: jti } as AdapterPayload;
  await token.adapter.upsert(jwtId(value), payload, exp - iat);
}

/** A form, with the ids of JWTs in the places of the JWTs. */
export function withJwtIds(form: string): string {
  const pairs = new URLSearchParams();
  for (const [name, value] of new URLSearchParams(form))
    pairs.append(name, name === 'token' && isJwt(value) ? jwtId(value) : value);
  return pairs.toString();
}

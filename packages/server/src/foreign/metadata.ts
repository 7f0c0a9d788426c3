import { type Outbound, OutboundFailed } from './outbound.ts';

/**
 * Where an issuer keeps its keys: as configured, else as its metadata says (RFC 8414, 3; OpenID Connect Discovery, 4).
 * The metadata has to name the very issuer that was asked for (RFC 8414, 3.3). Rejects with `OutboundFailed`.
 */
export async function findKeySet(issuer: string, outbound: Outbound): Promise<string> {
  const problems: string[] = [];
  for (const url of metadataUrls(issuer)) {
    try {
      return keySetIn(await outbound.getJson(url), issuer);
    } catch (error) {
      if (!(error instanceof OutboundFailed)) throw error;
      problems.push(`${url}: ${error.message}`);
    }
  }
  throw new OutboundFailed(`no metadata: ${problems.join('; ')}`);
}

// RFC 8414 puts the well-known part between host and path, OpenID Connect behind the path.
function metadataUrls(issuer: string): readonly string[] {
  const { origin, pathname } = new URL(issuer);
  const path = pathname.replace(/\/$/, '');
  return [
    `${origin}${path}/.well-known/openid-configuration`,
    `${origin}/.well-known/oauth-authorization-server${path}`,
  ];
}

function keySetIn(answer: unknown, issuer: string): string {
  const metadata = (typeof answer === 'object' && answer !== null ? answer : {}) as Record<string, unknown>;
  if (metadata['issuer'] !== issuer) throw new OutboundFailed('the metadata is that of another issuer');
  const url = metadata['jwks_uri'];
  if (typeof url !== 'string') throw new OutboundFailed('the metadata names no jwks_uri');
  return url;
}

import type { Config } from '../config.ts';
import { ServerError } from '../errors.ts';

/** What `oauth` says together with other options. Throws `ServerError` `CONFIG_INVALID` where they contradict each other. */
export function checkOAuth({
  oauth,
  publicUrl,
  issuers,
}: Pick<Config, 'oauth' | 'publicUrl' | 'issuers'>): void {
  if (oauth === undefined) return;
  const { issuer, jwt } = oauth;
  if (publicUrl !== undefined && publicUrl !== issuer) {
    throw new ServerError(
      'CONFIG_INVALID',
      `\`publicUrl\` is ${publicUrl}, and \`oauth.issuer\` is ${issuer}; both are the address under which people reach this server.`,
      'Leave out `publicUrl`, or make them the same.',
    );
  }
  // Our own JWTs are for others. Were they taken here as those of another issuer, nobody would look whether they ended.
  if (issuers.some((other) => other.issuer === issuer)) {
    throw new ServerError(
      'CONFIG_INVALID',
      `\`issuers\` names ${issuer}, which is this server itself; its own tokens are known to it without that.`,
      'Leave it out of `issuers`.',
    );
  }
  if (jwt.some(({ resource }) => resource === `${issuer}/graphql`)) {
    throw new ServerError(
      'CONFIG_INVALID',
      `\`oauth.jwt\` names ${issuer}/graphql, the gateway itself, whose tokens are opaque: it looks each of them up anyway.`,
      'Name only servers behind the gateway.',
    );
  }
}

import { readBearer } from '../bearer.ts';
import { ServerError } from '../errors.ts';

const LOOPBACK: readonly string[] = ['localhost', '127.0.0.1', '[::1]'];

/** Throws `ServerError` when a request may not be heard; otherwise does nothing. */
export type Guard = (request: Request) => void;

/**
 * Refuses a request that was addressed to a name which is not ours. A page on the web can point its own name at
 * this machine (DNS rebinding), but cannot make the browser send another name than its own.
 */
export function createHostGuard(configuredHost: string): Guard {
  const known = [...new Set([...LOOPBACK, bracketed(configuredHost).toLowerCase()])];
  return (request) => {
    const host = request.headers.get('host');
    const name = host === null ? undefined : hostName(`http://${host}`);
    if (name !== undefined && known.includes(name)) return;
    throw new ServerError(
      'HOST_REFUSED',
      `The admin API answers only to ${known.join(', ')}; this request was for another host.`,
      'Use one of these names.',
    );
  };
}

/** Refuses what a page of another origin sends (RFC 6454). Programs send no `Origin`. */
export const guardOrigin: Guard = (request) => {
  const origin = request.headers.get('origin');
  if (origin === null) return;
  if (
    authority(origin) !== undefined &&
    authority(origin) === authority(`http://${request.headers.get('host')}`)
  )
    return;
  throw new ServerError('ORIGIN_REFUSED', 'The admin API takes no requests from pages of another origin.');
};

/** Asks for the admin credential as a bearer. */
export function createAdminGuard(isAdmin: (presented: string) => boolean): Guard {
  return (request) => {
    const bearer = readBearer(request.headers);
    if (bearer !== undefined && bearer !== 'malformed' && isAdmin(bearer.token)) return;
    throw new ServerError(
      'ADMIN_REQUIRED',
      bearer === undefined
        ? 'The admin API needs the admin credential as `Authorization: Bearer ...`; there was none.'
        : 'The admin API needs the admin credential; what was sent is another.',
      'It is in the file admin.token of the data folder.',
    );
  };
}

function bracketed(host: string): string {
  return host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
}

function hostName(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).hostname : undefined;
}

function authority(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).host || undefined : undefined;
}

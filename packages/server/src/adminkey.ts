import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { join } from 'node:path';

import { ServerError } from './errors.ts';
import { createPrivateFile, readPrivateFile } from './private-file.ts';
import { encodeBase62 } from './tokens/base62.ts';

const FILE_NAME = 'admin.token';
const FORM = /^amba_[0-9A-Za-z]{43}$/;

/**
 * The credential of the admin API: `AMBIT_ADMIN_TOKEN`, which several servers on one database share, or what is in
 * `admin.token` in the data folder. Throws `ServerError` `ADMIN_TOKEN_UNSAFE`.
 */
export async function readAdminToken(
  data: string,
  fromEnvironment: string | undefined,
): Promise<string | undefined> {
  if (fromEnvironment) return fromShared(fromEnvironment);
  const path = join(data, FILE_NAME);
  const text = (await readPrivateFile(path, 'ADMIN_TOKEN_UNSAFE'))?.trim();
  if (text === undefined || FORM.test(text)) return text;
  throw new ServerError(
    'ADMIN_TOKEN_UNSAFE',
    `${path} must hold the admin credential that the server made; what is there has another form.`,
    'Delete the file; the next start of the server makes a new one.',
  );
}

/** The same, made on the first start with 256 random bits. */
export async function ensureAdminToken(data: string, fromEnvironment: string | undefined): Promise<string> {
  const found = await readAdminToken(data, fromEnvironment);
  if (found !== undefined) return found;
  const token = `amba_${encodeBase62(randomBytes(32), 43)}`;
  await createPrivateFile(join(data, FILE_NAME), `${token}\n`);
  return token;
}

// What somebody made up could be guessed; the message repeats none of it.
function fromShared(token: string): string {
  if (FORM.test(token)) return token;
  throw new ServerError(
    'ADMIN_TOKEN_UNSAFE',
    'AMBIT_ADMIN_TOKEN must be amba_ and 43 characters of 0-9, A-Z and a-z.',
    'To make one: start a server without the variable, and take what it wrote into admin.token of its data folder.',
  );
}

/** A comparison with the credential that takes the same time whatever is given. */
export function createAdminCheck(token: string): (presented: string) => boolean {
  const expected = digest(token);
  return (presented) => timingSafeEqual(digest(presented), expected);
}

function digest(text: string): Uint8Array {
  return createHash('sha256').update(text).digest();
}

import { join } from 'node:path';

import { ServerError } from '../errors.ts';
import type { Log } from '../log.ts';
import { readPrivateFile } from '../private-file.ts';
import { KEYS_FILE, type OAuthKeys, parseKeys } from './keys.ts';

/** How often the file is looked at. */
const EVERY_MS = 2_000;

export interface KeysWatchParts {
  readonly data: string;
  /** The keys that the server began with. */
  readonly keys: OAuthKeys;
  /** Takes other keys; where it rejects the ones before stay, and it is asked again. */
  readonly take: (keys: OAuthKeys) => Promise<void>;
  readonly log: Pick<Log, 'info' | 'warn'>;
  readonly everyMs?: number | undefined;
}

/**
 * Has a running server take up what becomes of `oauth.keys`. A file that is gone, that others can read or that has
 * another form changes nothing and is told of once. Gives what ends that.
 */
export function watchKeys({ data, keys, take, log, everyMs = EVERY_MS }: KeysWatchParts): () => void {
  const path = join(data, KEYS_FILE);
  let taken = JSON.stringify(keys);
  let seen: string | undefined;
  let told: string | undefined;
  let isStopped = false;
  const look = async (): Promise<void> => {
    const text = await readPrivateFile(path, 'OAUTH_KEYS_UNSAFE');
    if (text === undefined) throw new ServerError('OAUTH_KEYS_INVALID', `${path} is gone.`);
    if (text === seen) return;
    const found = parseKeys(text, path);
    if (JSON.stringify(found) !== taken && !isStopped) {
      await take(found);
      taken = JSON.stringify(found);
      log.info({ kids: found.signing.map(({ kid }) => kid) }, 'the keys of the authorization server changed');
    }
    seen = text;
    told = undefined;
  };
  const turn = (): void => {
    look()
      .catch((error: unknown) => {
        const reason = error instanceof Error ? error.message : String(error);
        if (reason !== told && !isStopped)
          log.warn({ reason }, 'the keys of the authorization server stay as they were');
        told = reason;
      })
      .finally(() => {
        if (!isStopped) timer = wait();
      });
  };
  const wait = (): NodeJS.Timeout => setTimeout(turn, everyMs).unref();
  let timer = wait();
  return () => {
    isStopped = true;
    clearTimeout(timer);
  };
}

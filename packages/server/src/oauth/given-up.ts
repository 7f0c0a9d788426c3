import { ServerError } from '../errors.ts';
import type { Log } from '../log.ts';
import { AFTER_ROOT_KEYS } from '../rootkey.ts';
import type { Store, Unit } from '../store/store.ts';
import { checkValuesOf } from './check-values.ts';
import type { OAuthKeys } from './keys.ts';

/** Under which id the store remembers what was given up because it leaked. */
const KEPT_AS = AFTER_ROOT_KEYS + 1;
/** How often a running server asks whether its keys are among it. */
const EVERY_MS = 2_000;

/** What keys that leaked are recognised by, as the store remembers it: what came last stands last. */
export async function givenUpIn(keys: Pick<Store['keys'], 'checks'>): Promise<readonly string[]> {
  const text = (await keys.checks()).get(KEPT_AS) ?? '';
  return text.split(' ').filter((value) => value !== '');
}

/** Whether a set has a key in it that was given up. */
export function isGivenUp(keys: OAuthKeys, givenUp: readonly string[]): boolean {
  return checkValuesOf(keys).some((value) => givenUp.includes(value));
}

/**
 * Makes sure that nothing of a set was given up because it leaked, and remembers for good what the set says was given up
 * for it. Throws `ServerError` `OAUTH_KEYS_INVALID`.
 */
export async function confirmNotGivenUp(store: Store, keys: OAuthKeys): Promise<void> {
  await store.write(async (unit) => {
    await refuseGivenUp(unit, keys);
    await rememberGivenUp(unit, keys);
  });
}

/** The first half of it. */
export async function refuseGivenUp(unit: Unit, keys: OAuthKeys): Promise<void> {
  if (isGivenUp(keys, await givenUpIn(unit.keys))) throw givenUpKeys();
}

/** The second half. */
export async function rememberGivenUp(unit: Unit, { givenUp = [] }: OAuthKeys): Promise<void> {
  if (givenUp.length === 0) return;
  const known = (await unit.keys.add(KEPT_AS, givenUp.join(' '))).split(' ');
  const fresh = givenUp.filter((value) => !known.includes(value));
  if (fresh.length > 0) await unit.keys.replace(KEPT_AS, [...known, ...fresh].join(' '));
}

export interface GivenUpParts {
  readonly store: Pick<Store, 'keys'>;
  /** The keys that the server has now. */
  readonly current: () => OAuthKeys;
  /** Has the server believe, publish and use them no more; once for each set. */
  readonly suspend: () => void;
  readonly log: Pick<Log, 'error'>;
  readonly everyMs?: number | undefined;
}

/** Has a running server let go of its keys when the store learns that they leaked. Gives what ends that. */
export function watchGivenUp({ store, current, suspend, log, everyMs = EVERY_MS }: GivenUpParts): () => void {
  let suspended: OAuthKeys | undefined;
  let isStopped = false;
  const look = async (): Promise<void> => {
    const keys = current();
    if (keys === suspended || !isGivenUp(keys, await givenUpIn(store.keys))) return;
    // Others may have come while the store was asked.
    if (isStopped || current() !== keys) return;
    suspended = keys;
    suspend();
    log.error(
      { kids: keys.signing.map(({ kid }) => kid) },
      'the keys of the authorization server were given up because they leaked: it answers nothing until it has those of the other servers',
    );
  };
  const turn = (): void => {
    // A store that does not answer is told of by whoever needs it for a request.
    look()
      .catch(() => undefined)
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

function givenUpKeys(): ServerError {
  return new ServerError(
    'OAUTH_KEYS_INVALID',
    'Among the keys of the authorization server is one that was given up because it leaked (keys rotate --oauth --leaked); no server believes it any more.',
    'Give this server what is in oauth.keys of the server on which they were rotated, or in its AMBIT_OAUTH_KEYS.',
  );
}

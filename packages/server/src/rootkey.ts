import { createHmac, randomBytes } from 'node:crypto';
import { join } from 'node:path';

import { ServerError } from './errors.ts';
import { createPrivateFile, readPrivateFile } from './private-file.ts';

const KEY_BYTES = 32;
/** The file in the data folder in which root keys are. */
export const ROOT_KEY_FILE = 'root.key';
const FORM = `"ID:KEY" with an id from 1 to 255 and ${KEY_BYTES} bytes of key in base64url`;

/** The first id that no root key can have: from here on the store keeps what other keys are recognised by. */
export const AFTER_ROOT_KEYS = 256;

/** The keys under which tokens are made, by id. Rotation adds a key; old tokens keep naming theirs. */
export interface RootKeys {
  /** The id of the key that makes new tokens. */
  readonly current: number;
  readonly keys: ReadonlyMap<number, Uint8Array>;
}

export interface RootKeySource {
  readonly data: string;
  /** The value of `AMBIT_ROOT_KEY`, which goes before the file. */
  readonly fromEnvironment: string | undefined;
  /** Whether a store is there already: then its key must be too, since a new one would kill every token. */
  readonly storeExists: boolean;
  /** What the store is called, where it is not in the data folder. */
  readonly database?: string | undefined;
}

/**
 * The root keys from the environment or from `root.key` in the data folder, which is made on the first start.
 * Throws `ServerError`: `ROOT_KEY_UNSAFE` (others can read the file), `ROOT_KEY_INVALID`, `ROOT_KEY_LOST`.
 */
export async function loadRootKeys(source: RootKeySource): Promise<RootKeys> {
  if (source.fromEnvironment !== undefined && source.fromEnvironment !== '') {
    return parseRootKeys(source.fromEnvironment, 'AMBIT_ROOT_KEY');
  }
  const path = join(source.data, ROOT_KEY_FILE);
  const text = await readPrivateFile(path, 'ROOT_KEY_UNSAFE');
  if (text !== undefined) return parseRootKeys(text, path);
  if (source.storeExists) throw lost(source, path);
  const created = textOf(withNewKey({ current: 0, keys: new Map() }, 1));
  await createPrivateFile(path, created);
  return parseRootKeys(created, path);
}

/** Reads one key per line or word, the last being the current one. Throws `ServerError` `ROOT_KEY_INVALID`. */
export function parseRootKeys(text: string, where: string): RootKeys {
  const keys = new Map<number, Uint8Array>();
  let current = 0;
  for (const word of text.split(/\s+/).filter((part) => part !== '')) {
    const match = /^(\d{1,3}):([A-Za-z0-9_-]+)$/.exec(word);
    const id = Number(match?.[1] ?? 0);
    const key = Uint8Array.from(Buffer.from(match?.[2] ?? '', 'base64url'));
    if (id < 1 || id > 255 || key.length !== KEY_BYTES || keys.has(id)) throw invalid(where);
    keys.set(id, key);
    current = id;
  }
  if (current === 0) throw invalid(where);
  return { current, keys };
}

/** The text of a file of root keys, the current one last. */
export function textOf({ current, keys }: RootKeys): string {
  const last = [...keys].filter(([keyId]) => keyId === current);
  const lines = [...keys].filter(([keyId]) => keyId !== current).concat(last);
  return lines.map(([keyId, key]) => `${keyId}:${Buffer.from(key).toString('base64url')}\n`).join('');
}

/** The same keys and a new one, which makes new tokens. */
export function withNewKey({ keys }: RootKeys, keyId: number): RootKeys {
  return { current: keyId, keys: new Map([...keys, [keyId, Uint8Array.from(randomBytes(KEY_BYTES))]]) };
}

/** A value by which a store recognises a key without being able to use it: HMAC-SHA256 over a text that no token has. */
export function keyCheckValue(key: Uint8Array, keyId: number): string {
  return createHmac('sha256', key).update(`ambit root key check ${keyId}`).digest('hex');
}

function lost({ data, database }: RootKeySource, path: string): ServerError {
  const store = database === undefined ? `The store in ${data}` : `The store in the database ${database}`;
  return new ServerError(
    'ROOT_KEY_LOST',
    `${store} needs its root key, and there is neither ${path} nor AMBIT_ROOT_KEY. ` +
      'A new key would make every token in the store invalid.',
    database === undefined
      ? 'Put the key back. If it is lost for good: ambit-server keys withdraw ID --yes, with its id (1 for the first), ends every token that was made under it and makes a new key; all else in the store stays.'
      : 'Set AMBIT_ROOT_KEY to the key that all servers on this database share. If it is lost for good, make another with a higher id, and ambit-server keys withdraw ID --yes, with the id of the lost one, ends every token that was made under it; all else stays.',
  );
}

// The text itself is a secret, so the message must not repeat any of it.
function invalid(where: string): ServerError {
  return new ServerError(
    'ROOT_KEY_INVALID',
    `${where} must hold root keys as ${FORM}, each id once; what is there has another form.`,
    "Put the key back from where it is kept. To make one: node -p \"'1:'+crypto.randomBytes(32).toString('base64url')\"",
  );
}

import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { replacePrivateFile } from '../private-file.ts';
import type { Store } from '../store/store.ts';
import { type Passwords, randomPassword } from './password.ts';
import { addPerson, newPerson } from './people.ts';

const FILE_NAME = 'admin.password';

/** The name and subject of the account that the first start makes. */
const ADMINISTRATOR = 'admin';

/**
 * Makes the built-in administrator where there is nobody yet. The password is random, has to be changed at the first
 * sign-in, and is only in a file of the data folder that its owner alone can read: what is printed ends up in the logs of
 * containers and of whatever started the server. Gives the file's path while its password is the administrator's, and
 * takes away one whose password is no longer that.
 */
export async function ensureAdministrator(
  store: Store,
  passwords: Passwords,
  data: string,
  now: Date,
): Promise<string | undefined> {
  const path = join(data, FILE_NAME);
  if ((await store.people.list()).length > 0) return stillFirst(store, passwords, path);
  const password = randomPassword();
  const person = newPerson({ name: ADMINISTRATOR, isAdmin: true }, await passwords.hash(password), now);
  // The file first: an account whose password was never written down would be of no use to anybody.
  await replacePrivateFile(path, `${password}\n`);
  if (await store.write((unit) => addPerson(unit, person, 'first start'))) return path;
  // Another node of the same store was first, and its file is the true one.
  await rm(path, { force: true });
  return undefined;
}

async function stillFirst(store: Store, passwords: Passwords, path: string): Promise<string | undefined> {
  const password = await readFile(path, 'utf8').catch(() => undefined);
  if (password === undefined) return undefined;
  const administrator = await store.people.findByName(ADMINISTRATOR);
  if (await passwords.matches(password.trim(), administrator?.passwordHash)) return path;
  await rm(path, { force: true });
  return undefined;
}

/** Takes away the file with the first password, once somebody of this name has another. */
export async function forgetFirstPassword(name: string, data: string): Promise<void> {
  if (name === ADMINISTRATOR) await rm(join(data, FILE_NAME), { force: true });
}

import { rm } from 'node:fs/promises';
import { join } from 'node:path';

import { replacePrivateFile } from '../private-file.ts';
import type { Store } from '../store/store.ts';
import { type Passwords, randomPassword } from './password.ts';
import { addPerson, newPerson } from './people.ts';

const FILE_NAME = 'admin.password';

/** The name and subject of the account that the first start makes. */
export const ADMINISTRATOR = 'admin';

/**
 * Makes the built-in administrator where there is nobody yet. The password is random, has to be changed at the first
 * sign-in, and is only in a file of the data folder that its owner alone can read: what is printed ends up in the logs of
 * containers and of whatever started the server. Gives the file's path where there was somebody to make.
 */
export async function ensureAdministrator(
  store: Store,
  passwords: Passwords,
  data: string,
  now: Date,
): Promise<string | undefined> {
  if ((await store.people.list()).length > 0) return undefined;
  const path = join(data, FILE_NAME);
  const password = randomPassword();
  const person = newPerson({ name: ADMINISTRATOR, isAdmin: true }, await passwords.hash(password), now);
  // The file first: an account whose password was never written down would be of no use to anybody.
  await replacePrivateFile(path, `${password}\n`);
  if (await store.write((unit) => addPerson(unit, person, 'first start'))) return path;
  // Another node of the same store was first, and its file is the true one.
  await rm(path, { force: true });
  return undefined;
}

/** Takes away the file with the first password, once that has been changed. */
export async function removeFirstPassword(data: string): Promise<void> {
  await rm(join(data, FILE_NAME), { force: true });
}

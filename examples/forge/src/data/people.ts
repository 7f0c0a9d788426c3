import { canary } from './canary.ts';
import type { ForgeData } from './ForgeData.ts';

/** Usernames and names. `root` administers the site; `mallory` is a member of nothing. */
const people: readonly (readonly [username: string, name: string])[] = [
  ['root', 'Site Administrator'],
  ['alice', 'Alice Moreno'],
  ['bob', 'Bob Lindqvist'],
  ['carol', 'Carol Okafor'],
  ['dave', 'Dave Novak'],
  ['erin', 'Erin Castellanos'],
  ['frank', 'Frank Iwasaki'],
  ['grace', 'Grace Holloway'],
  ['heidi', 'Heidi Baumann'],
  ['ivan', 'Ivan Petrov'],
  ['judy', 'Judy Adeyemi'],
  ['mallory', 'Mallory Quist'],
];

/** Opens an account for everybody. */
export function addPeople(data: ForgeData): void {
  for (const [username, name] of people) {
    data.users.insert((id) => ({
      kind: 'User',
      id,
      username,
      name,
      email: `${canary('user_email', id, 'instance')}@forge.example`,
      admin: username === 'root',
      createdAt: new Date(Date.UTC(2024, id - 1, 3, 10)).toISOString(),
    }));
  }
}

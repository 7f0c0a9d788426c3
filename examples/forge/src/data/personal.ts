import type { ForgeData } from './ForgeData.ts';

/** Where people keep a key; the administrator has some more. */
const machines: readonly string[] = ['Laptop', 'Desk'];
const rescue: readonly string[] = ['Rescue disk', 'Console', 'Deployment'];

/** Gives everybody keys and preferences, and the site its announcement. */
export function addPersonal(data: ForgeData): void {
  for (const { id: userId, username, admin, createdAt } of data.users.all()) {
    for (const machine of admin ? [...machines, ...rescue] : machines) {
      data.accessKeys.insert((id) => ({
        kind: 'AccessKey',
        id,
        userId,
        title: `${machine} of ${username}`,
        fingerprint: `SHA256:${Buffer.from(`key ${id} of ${username}`).toString('base64url')}`,
        createdAt,
      }));
    }
    data.preferences.insert((id) => ({
      id,
      theme: id % 3 === 0 ? 'DARK' : 'LIGHT',
      mailsNotes: id % 2 === 0,
    }));
  }
  data.announcements.insert((id) => ({
    id,
    text: "Forge is read-only on Sunday from 6 to 7 o'clock.",
    updatedAt: '2026-01-02T08:00:00.000Z',
  }));
}

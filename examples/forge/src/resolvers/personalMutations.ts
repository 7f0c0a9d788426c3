import type { ForgeContext } from '../context.ts';
import type { ForgeData } from '../data/ForgeData.ts';
import type { UserRecord } from '../data/records.ts';
import type { Theme } from '../data/settings.ts';
import { Rights } from '../Rights.ts';
import { forbidden, notFound } from '../refusals.ts';
import type { FieldResolvers } from './ResolverMap.ts';
import { done, visibleRecord } from './writable.ts';

interface UpdatePreferencesInput {
  readonly username: string;
  readonly theme?: Theme | null;
  readonly mailsNotes?: boolean | null;
}

/** Everything that changes what belongs to one person, and what all people are told. */
export function personalMutations(data: ForgeData): FieldResolvers {
  return {
    updatePreferences: (_: unknown, args: { input: UpdatePreferencesInput }, context) =>
      updatePreferences(data, args.input, context),
    destroyAccessKey: (_: unknown, args: { input: { readonly id: string } }, context) =>
      destroyAccessKey(data, args.input.id, context),
    updateAnnouncement: (_: unknown, args: { input: { readonly text: string } }, context) =>
      updateAnnouncement(data, args.input.text, context),
  };
}

function updatePreferences(data: ForgeData, input: UpdatePreferencesInput, context: ForgeContext): unknown {
  const viewer = signedIn(data, context);
  const person = data.users.find(({ username }) => username === input.username);
  if (person === undefined) throw notFound();
  if (person.id !== viewer.id && !viewer.admin)
    throw forbidden('These are the preferences of somebody else.');
  const old = data.preferences.require(person.id);
  const preferences = data.preferences.update(person.id, {
    theme: input.theme ?? old.theme,
    mailsNotes: input.mailsNotes ?? old.mailsNotes,
  });
  return { errors: [], preferences };
}

function destroyAccessKey(data: ForgeData, id: string, context: ForgeContext): unknown {
  const key = visibleRecord(data, context, 'AccessKey', id);
  data.accessKeys.delete(key.id);
  return done('accessKey', key);
}

function updateAnnouncement(data: ForgeData, text: string, context: ForgeContext): unknown {
  if (!signedIn(data, context).admin) throw forbidden('This asks for an administrator.');
  return { errors: [], announcement: data.announcements.update(1, { text, updatedAt: data.now() }) };
}

function signedIn(data: ForgeData, context: ForgeContext): UserRecord {
  const { viewer } = new Rights(data, context.subject);
  if (viewer === undefined) throw forbidden('This asks for somebody who is signed in.');
  return viewer;
}

import { betterVerb, isPermissionName } from '../rules/naming.ts';
import type { Places } from './places.ts';
import { endsWith, plural, startsWith, wordsOf } from './words.ts';

/** What a mutation does, and to what. */
export interface Deed {
  readonly verb: string;
  /** Words of the thing, in the singular, without the kind of place in front. */
  readonly resource: readonly string[];
  /** The same with it. */
  readonly noun: readonly string[];
}

/** Verbs with which the names of mutations begin or end. */
const VERBS: ReadonlySet<string> = new Set(
  (
    'abort accept access acknowledge activate add apply approve archive assign attach authorize ban begin block book ' +
    'bulk cancel change charge checkout clear clone close commit complete configure confirm connect convert copy ' +
    'create deactivate decline delete deny deploy dequeue destroy detach disable disconnect dismiss duplicate edit ' +
    'enable end enqueue execute expire export fail fetch finish follow force fork generate get give grant hide import ' +
    'increment initialize insert invalidate invite invoke issue join leave link list lock login logout mark merge ' +
    'minimize mirror modify move mute open order pause pay pin place play post promote publish purge push put react read ' +
    'reactivate rebase recover redeem refresh refund refuse register reject release reload remove rename renew reopen ' +
    'reorder repair replace replay reply reprioritize request rerequest resend reset reschedule resolve restart restore ' +
    'resume retry retarget return revert revoke rollback rotate run save schedule send set share ship show sign skip snooze ' +
    'split stage star start stop submit subscribe suspend swap switch sync toggle track transfer trigger unarchive ' +
    'unassign unban unblock unfollow unhide uninstall unlink unlock unmark unminimize unmute unpin unpublish unresolve ' +
    'unsnooze unstar unsubscribe unsuspend update upload upsert use validate verify view void vote withdraw write'
  ).split(' '),
);

/** Words after which a name says where or how; what is added to something belongs to it. */
const TO: readonly string[] = ['to', 'from'];

/** What a mutation's name says: `createIssue`, `issueCreate`, `issueSetAssignees`, `addLabelsToLabelable`. */
export function deedOf(name: string, places: Places, resources: readonly (readonly string[])[]): Deed {
  const words = wordsOf(name);
  const [first = '', ...rest] = words;
  if (rest.length === 0) return { verb: 'run', resource: [first], noun: [first] };
  const known = longest(resources, words);
  const isNounFirst = known.length > 0 && known.length < words.length && !isKnown(resources, rest);
  if ((VERBS.has(first) && !isNounFirst) || isKnown(resources, rest)) return deed(first, rest, places);
  const after = words.slice(known.length);
  if (isNounFirst && VERBS.has(after[0] ?? ''))
    return deed(after[0] ?? '', [...known, ...after.slice(1)], places);
  const last = words.at(-1) ?? '';
  if (VERBS.has(last)) return deed(last, words.slice(0, -1), places);
  return deed(first, rest, places);
}

function deed(verb: string, words: readonly string[], places: Places): Deed {
  const better = betterVerb(verb);
  const said = better === undefined ? verb : 'verb' in better ? better.verb : 'update';
  // What changes something never asks for the permission to read it.
  const plain = said === 'read' ? 'use' : said;
  const at = words.findIndex((word) => TO.includes(word));
  const belongs = at > 0 && at < words.length - 1 && ['create', 'delete'].includes(plain);
  const resource = belongs ? [...words.slice(at + 1), ...words.slice(0, at)] : words;
  return { verb: plain, resource: withoutKind(resource, places), noun: words };
}

function isKnown(resources: readonly (readonly string[])[], words: readonly string[]): boolean {
  return resources.some((one) => one.length === words.length && startsWith(words, one));
}

/** The longest name of a resource with which `words` begin, and after which something follows. */
function longest(resources: readonly (readonly string[])[], words: readonly string[]): readonly string[] {
  const fitting = resources.filter((one) => one.length < words.length && startsWith(words, one));
  return fitting.reduce((best, one) => (one.length > best.length ? one : best), [] as readonly string[]);
}

/** `V2`, as the words of names have it. */
const VERSION = /^v(?:one|two|three|four|five|six|seven|eight|nine|zero)+$/;

/** `project_member` is a member: in which kind of place is said by the grant. The kind alone stays. */
export function withoutKind(words: readonly string[], places: Places): readonly string[] {
  for (const { name } of places.kinds) {
    const kind = name.split('_');
    const rest = words.slice(kind.length);
    if (rest.length > 0 && startsWith(words, kind) && !rest.every((word) => VERSION.test(word))) return rest;
  }
  return words;
}

/** The words of what objects of a type are called in permissions. */
export function resourceOf(typeName: string, places: Places): readonly string[] {
  return withoutKind(wordsOf(typeName), places);
}

/** The name of a permission. What can be no name, because of what people write in schemas, is said at length. */
export function permissionName(action: string, resource: readonly string[]): string {
  const name = [action, ...resource].join('_').replace(/[^a-z_]/g, '');
  return isPermissionName(name) ? name : `use_${name.replace(/^_+|_+$/g, '') || 'api'}`;
}

/** Words that one thing has after those of another, if it begins with them or ends with them: `email` of `user_email`. */
export function joined(owner: readonly string[], own: readonly string[]): readonly string[] {
  return endsWith(owner, own) ? [...owner, 'value'] : startsWith(own, owner) ? own : [...owner, ...own];
}

/** `issues`, `merge requests`: a resource, for sentences. */
export function many(resource: string): string {
  const words = resource.split('_');
  return [...words.slice(0, -1), plural(words.at(-1) ?? '')].join(' ');
}

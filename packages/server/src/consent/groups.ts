import type { GrantBoundary, GranularGrant } from 'ambit';

import type { Words } from './describe.ts';
import type { ConsentGroup, ConsentItem } from './view.ts';

const EVERYWHERE = { key: 'everywhere', heading: 'Everywhere you have access' };
const ABOUT_YOU = { key: 'you', heading: 'About you' };

/** What a client asks for. */
export interface AskedFor {
  readonly scopes: readonly string[];
  readonly granular: readonly GranularGrant[];
}

export interface WordSources {
  readonly words: Words;
  /** Sentences for scopes that the configuration has; they go before what the schema says. */
  readonly scopeDescriptions?: Readonly<Record<string, string>> | undefined;
}

const OPENID: Readonly<Record<string, string>> = {
  openid: 'Know who you are in this API',
  profile: 'See your name',
  email: 'See your e-mail address',
  offline_access: 'Keep this access while you are away, until it ends or is taken back',
};

const PLACES: Readonly<Record<string, string>> = {
  user: 'In your own account',
  instance: 'In what belongs to nobody in particular: the settings of the whole API',
  all_memberships: 'In every place that you are a member of',
  personal: 'In the places that are yours alone',
};

/**
 * What is asked for, by place and in words: scopes first, which hold wherever the person may act, then each boundary.
 * What is asked for twice is one item. Pure.
 */
export function consentGroups(sources: WordSources, asked: AskedFor): readonly ConsentGroup[] {
  const groups = new Map<string, { heading: string; items: Map<string, ConsentItem> }>();
  const add = ({ key, heading }: Pick<ConsentGroup, 'key' | 'heading'>, item: ConsentItem): void => {
    const group = groups.get(key) ?? { heading, items: new Map() };
    group.items.set(item.value, item);
    groups.set(key, group);
  };
  for (const scope of asked.scopes)
    add(Object.hasOwn(OPENID, scope) ? ABOUT_YOU : EVERYWHERE, scopeItem(sources, scope));
  for (const { permissions, boundary } of asked.granular) {
    const place = { key: keyOf(boundary), heading: headingOf(boundary) };
    for (const permission of permissions) {
      const value = `permission ${permission} ${place.key}`;
      const words = sources.words.describePermission(permission);
      add(place, { ...words, value, asked: { permission, boundary } });
    }
  }
  return [...groups].map(([key, { heading, items }]) => ({ key, heading, items: [...items.values()] }));
}

function scopeItem({ words, scopeDescriptions = {} }: WordSources, scope: string): ConsentItem {
  const own = ownOf(scopeDescriptions, scope) ?? ownOf(OPENID, scope);
  const { label, name, grows, description } = words.describeScope(scope);
  return {
    label: own ?? label,
    ...(own === undefined && description !== undefined ? { description } : {}),
    name,
    grows,
    value: `scope ${scope}`,
    asked: { scope },
  };
}

function ownOf(table: Readonly<Record<string, string>>, key: string): string | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}

// Written as JSON, which keeps a place named `user` of some kind apart from the own account.
function keyOf(boundary: GrantBoundary): string {
  return JSON.stringify(boundary);
}

function headingOf(boundary: GrantBoundary): string {
  if (typeof boundary === 'string') return PLACES[boundary] ?? `In “${boundary}”`;
  const [[kind = '', identity = ''] = []] = Object.entries(boundary);
  return `In the ${kind} “${identity}” and what lies below it`;
}

import type { BundleDifference } from '../diff/bundles.ts';
import type { KindDifference } from '../diff/kinds.ts';
import type { Opened } from '../diff/opened.ts';
import type { Held, TokenDifference } from '../diff/tokens.ts';
import { kindText } from '../rules/snapshot.ts';

/** What `ambit diff` answers. */
export interface DiffAnswer {
  /** Bundles that differ, by name. */
  readonly bundles: readonly BundleDifference[];
  /** Kinds of boundary that differ; absent without a schema, as is `opened`. */
  readonly kinds?: readonly KindDifference[];
  /** Coordinates that no longer ask for a permission. */
  readonly opened?: readonly Opened[];
  /** Active tokens that gain or lose something; absent without a list of tokens. */
  readonly tokens?: readonly TokenDifference[];
  readonly summary: {
    readonly bundles: Readonly<Record<BundleDifference['change'], number>>;
    readonly tokens?: { readonly active: number; readonly changed: number };
  };
}

/** What `ambit diff` prints for people: bundles, then tokens, then the sum of it. */
export function diffText({ bundles, kinds = [], opened = [], tokens = [], summary }: DiffAnswer): string {
  const { new: appeared, changed, removed } = summary.bundles;
  const sum = `bundles: ${appeared} new, ${changed} changed, ${removed} removed`;
  const stored = summary.tokens;
  const counts = [
    ...(kinds.length > 0 ? [`kinds of boundary: ${kinds.length} differ`] : []),
    ...(opened.length > 0 ? [`coordinates: ${opened.length} no longer ask for a permission`] : []),
  ];
  return [
    ...bundles.flatMap(bundleLines),
    ...kinds.flatMap(kindLines),
    ...openedLines(opened),
    ...tokens.flatMap(tokenLines),
    sum,
    ...counts,
    ...(stored ? [`tokens: ${stored.changed} of ${stored.active} active gain or lose something`] : []),
  ].join('\n');
}

function bundleLines({ name, change, permissions, boundaries, coordinates }: BundleDifference): string[] {
  return [
    `${printable(name)}: ${change}`,
    ...line('gains', permissions.gained),
    ...line('loses', permissions.lost),
    ...line('can be granted in', boundaries.gained.map(kindText)),
    ...line('can no longer be granted in', boundaries.lost.map(kindText)),
    ...line('counts at', coordinates?.gained),
    ...line('no longer counts at', coordinates?.lost),
    '',
  ];
}

/** Only what differs, `none` on a side that has no such kind. */
function kindLines({ name, change, old, now }: KindDifference): string[] {
  const settings = ['parent', 'separator', 'canonical', 'places'] as const;
  const word = (side: KindDifference['old'], key: (typeof settings)[number]): string => side?.[key] ?? 'none';
  const told =
    change === 'changed' ? settings.filter((key) => old?.[key] !== now?.[key]) : (['parent'] as const);
  return [
    `kind ${printable(name)}: ${change}`,
    ...told.map((key) =>
      change === 'changed'
        ? `  ${key}: ${printable(word(old, key))}, now ${printable(word(now, key))}`
        : `  ${key}: ${printable(word(now ?? old, key))}`,
    ),
    '',
  ];
}

function openedLines(opened: readonly Opened[]): string[] {
  const lines = opened.map(
    ({ coordinate, permission }) =>
      `${coordinate} no longer asks for \`${printable(permission)}\`: whoever reaches it otherwise gains it`,
  );
  return lines.length === 0 ? [] : [...lines, ''];
}

function tokenLines({ id, name, gained, lost }: TokenDifference): string[] {
  return [
    `token ${printable(id)} (${printable(name)})`,
    ...places('gains', gained.filter(isOwn)),
    ...places('loses', lost.filter(isOwn)),
    ...reaches('now counts', gained),
    ...reaches('no longer counts', lost),
    '',
  ];
}

function line(what: string, names: readonly string[] | undefined): string[] {
  return names === undefined || names.length === 0 ? [] : [`  ${what} ${printable(names.join(', '))}`];
}

/** What a token holds in another place, or more of. */
function isOwn({ below }: Held): boolean {
  return below === undefined;
}

/** One line for each place and kind: everything that is held there comes to count further, or no longer does. */
function reaches(what: string, held: readonly Held[]): string[] {
  const lines = held.flatMap((one) => {
    const { below, boundaryType } = one;
    if (below === undefined) return [];
    const where = below === boundaryType ? 'there' : `in every ${printable(below)} below it`;
    return [`  in ${printable(placeOf(one))}: ${what} ${where}`];
  });
  return [...new Set(lines)];
}

/** One line for each place: what a token holds is held somewhere. */
function places(what: string, held: readonly Held[]): string[] {
  const byPlace = new Map<string, string[]>();
  for (const one of held) {
    const place = placeOf(one);
    byPlace.set(place, [...(byPlace.get(place) ?? []), one.permission]);
  }
  return [...byPlace].map(
    ([place, names]) => `  ${what} ${printable(names.join(', '))} in ${printable(place)}`,
  );
}

function placeOf({ boundary, boundaryType }: Held): string {
  if (typeof boundary !== 'string') return Object.entries(boundary).flat().join(' ');
  return boundary === boundaryType ? boundary : `${boundary}, each ${kindText(boundaryType)}`;
}

/** Names are what people gave: a terminal must not take them for commands. */
function printable(text: string): string {
  return text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (one) => `\\u{${one.codePointAt(0)?.toString(16) ?? ''}}`);
}

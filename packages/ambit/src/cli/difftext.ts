import type { BundleDifference } from '../diff/bundles.ts';
import type { Held, TokenDifference } from '../diff/tokens.ts';
import { kindText } from '../rules/snapshot.ts';

/** What `ambit diff` answers. */
export interface DiffAnswer {
  /** Bundles that differ, by name. */
  readonly bundles: readonly BundleDifference[];
  /** Active tokens that gain or lose something; absent without a list of tokens. */
  readonly tokens?: readonly TokenDifference[];
  readonly summary: {
    readonly bundles: Readonly<Record<BundleDifference['change'], number>>;
    readonly tokens?: { readonly active: number; readonly changed: number };
  };
}

/** What `ambit diff` prints for people: bundles, then tokens, then the sum of it. */
export function diffText({ bundles, tokens = [], summary }: DiffAnswer): string {
  const { new: appeared, changed, removed } = summary.bundles;
  const sum = `bundles: ${appeared} new, ${changed} changed, ${removed} removed`;
  const stored = summary.tokens;
  return [
    ...bundles.flatMap(bundleLines),
    ...tokens.flatMap(tokenLines),
    sum,
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

function tokenLines({ id, name, gained, lost }: TokenDifference): string[] {
  return [
    `token ${printable(id)} (${printable(name)})`,
    ...places('gains', gained),
    ...places('loses', lost),
    '',
  ];
}

function line(what: string, names: readonly string[] | undefined): string[] {
  return names === undefined || names.length === 0 ? [] : [`  ${what} ${printable(names.join(', '))}`];
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

import type { BoundaryKinds, KindSettings } from '../rules/boundarykinds.ts';

/** How one kind of boundary differs; the settings are absent on the side that does not know the kind. */
export interface KindDifference {
  readonly name: string;
  readonly change: 'new' | 'changed' | 'removed';
  readonly old?: KindSettings;
  readonly now?: KindSettings;
}

/** How configured kinds of boundary differ from one side to the other, by name; only those that do. */
export function compareKinds(before: BoundaryKinds, after: BoundaryKinds): KindDifference[] {
  const names = [...new Set([...before.names(), ...after.names()])].sort();
  return names.flatMap((name): KindDifference[] => {
    const old = before.settingsOf(name);
    const now = after.settingsOf(name);
    if (JSON.stringify(old) === JSON.stringify(now)) return [];
    const change = old === undefined ? 'new' : now === undefined ? 'removed' : 'changed';
    return [{ name, change, ...(old ? { old } : {}), ...(now ? { now } : {}) }];
  });
}

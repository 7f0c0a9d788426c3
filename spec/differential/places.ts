import type { Places } from '../reference/ground.ts';
import { GROUPS, PROJECTS } from './data.ts';
import type { Dice } from './dice.ts';

/** Kinds of which somebody is asked which place is which. */
export const ASKED: Record<string, { parent: string; places: 'asked' }> = {
  group: { parent: 'group', places: 'asked' },
  project: { parent: 'group', places: 'asked' },
};

/** Ids that places keep. Some are what another place is called. */
const GROUP_IDS: readonly string[] = ['g1', 'g2', 'g3', 'acme'];
const PROJECT_IDS: readonly string[] = ['p1', 'p2', 'p3', 'p4', 'acme/api'];

/**
 * A table of places in which names say nothing of what lies in what: several names can be one place, a name can be
 * borne by another place than before, some are none, and some answers cannot be understood.
 */
export function makePlaces(dice: Dice): Places {
  const lines = new Map<string, string[]>();
  for (const id of GROUP_IDS) {
    const upper = dice.chance(0.4) ? dice.pick([...lines.keys(), undefined]) : undefined;
    lines.set(id, upper === undefined ? [] : [upper, ...(lines.get(upper) ?? [])]);
  }
  const above = (id: string | undefined): object =>
    id === undefined ? {} : { above: [id, ...(lines.get(id) ?? [])].map((one) => ({ group: one })) };
  const group = (id: string): unknown => ({ id, ...above(lines.get(id)?.[0]) });
  const homes = new Map(PROJECT_IDS.map((id) => [id, dice.chance(0.85) ? dice.pick(GROUP_IDS) : undefined]));
  const project = (id: string): unknown => ({ id, ...above(homes.get(id)) });
  return {
    group: table(dice, GROUPS, GROUP_IDS, group),
    project: table(dice, PROJECTS, PROJECT_IDS, project),
  };
}

function table(
  dice: Dice,
  names: readonly (string | null)[],
  ids: readonly string[],
  place: (id: string) => unknown,
): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  for (const id of ids) if (dice.chance(0.8)) found[id] = place(id);
  for (const name of names) {
    if (name === null) continue;
    const odd = [
      null,
      { above: [] },
      { id: '' },
      { id: 'p1', above: [{ project: 'p2' }] },
      { id: 'g1', at: 1 },
    ];
    if (dice.chance(0.85)) found[name] = dice.chance(0.92) ? place(dice.pick(ids)) : dice.pick(odd);
    else delete found[name];
  }
  return found;
}

/** One or two places that require granular tokens. */
export function makeGranularOnly(dice: Dice): Readonly<Record<string, string>>[] {
  const places = [{ group: 'acme' }, { group: 'acme/sub' }, { project: 'acme/web' }, { group: 'beta' }];
  return [dice.pick(places), ...(dice.chance(0.3) ? [dice.pick(places)] : [])];
}

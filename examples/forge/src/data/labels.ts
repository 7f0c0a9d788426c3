import type { ForgeData } from './ForgeData.ts';

/** What some places call their work, and in which colour. */
const plans: readonly (readonly [place: string, title: string, color: string])[] = [
  ['acme', 'customer', '#2f7d32'],
  ['acme', 'regression', '#b71c1c'],
  ['acme/platform', 'on-call', '#ef6c00'],
  ['acme-labs', 'partner', '#1565c0'],
  ['acme/web', 'checkout', '#6a1b9a'],
  ['acme/web', 'browser', '#00838f'],
  ['acme/vault', 'ceremony', '#4e342e'],
  ['acme-labs/portal', 'onboarding', '#558b2f'],
];

/** Gives groups and projects their labels. */
export function addLabels(data: ForgeData): void {
  for (const [place, title, color] of plans) {
    const projectId = data.projectAt(place)?.id ?? null;
    const groupId = data.groupAt(place)?.id ?? null;
    data.labels.insert((id) => ({ kind: 'Label', id, title, color, projectId, groupId }));
  }
}

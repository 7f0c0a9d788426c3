import type { Catalog } from '../rules/catalog.ts';
import {
  type BundleChange,
  compareSnapshots,
  kindText,
  type Snapshot,
  snapshotOf,
} from '../rules/snapshot.ts';
import { error, type Finding, warning } from './finding.ts';

/** What to do about a change that was meant. */
const AGREE =
  'if this is meant, write the baseline anew with `--write-baseline`; if not, take the change back';

/**
 * Where the catalogue gives something else than what was agreed. Tokens store names of bundles, so each of them changes
 * tokens that are already out. `file` is that of the baseline.
 */
export function baselineFindings(catalog: Catalog, baseline: Snapshot, file: string): Finding[] {
  return compareSnapshots(baseline, snapshotOf(catalog)).flatMap((change) => {
    const origin =
      catalog.assignables.get(change.name)?.origin ?? catalog.permissions.get(change.name)?.origin;
    if (change.change === 'new') return [warning(appeared(change), origin)];
    if (change.change === 'removed') return [error(removed(change), { file })];
    const changes = [
      ...(gains(change).length > 0 ? [widened(change)] : []),
      ...(losses(change).length > 0 ? [narrowed(change)] : []),
    ];
    return changes.map((saying) => error(saying, origin));
  });
}

type Said = {
  readonly code: string;
  readonly coordinate: string;
  readonly message: string;
  readonly fix: string;
};

function widened(change: BundleChange): Said {
  return {
    code: 'WIDENED_BUNDLE',
    coordinate: change.name,
    message: `\`${change.name}\` gives more than the baseline says: it gained ${gains(change).join(' and ')}, and so does every token that holds it`,
    fix: AGREE,
  };
}

function narrowed(change: BundleChange): Said {
  return {
    code: 'NARROWED_BUNDLE',
    coordinate: change.name,
    message: `\`${change.name}\` gives less than the baseline says: it lost ${losses(change).join(' and ')}, and so does every token that holds it`,
    fix: AGREE,
  };
}

function removed({ name }: BundleChange): Said {
  return {
    code: 'REMOVED_BUNDLE',
    coordinate: name,
    message: `\`${name}\` is in the baseline and no longer in the catalogue: tokens that hold it are given nothing by it`,
    fix: `bring it back as \`deprecated: true\` while tokens hold it; ${AGREE}`,
  };
}

function appeared({ name }: BundleChange): Said {
  return {
    code: 'NEW_BUNDLE',
    coordinate: name,
    message: `\`${name}\` is not in the baseline yet, so nothing tells when it widens`,
    fix: 'write the baseline anew with `--write-baseline`',
  };
}

function gains({ permissions, boundaries }: BundleChange): string[] {
  return told(permissions.gained, boundaries.gained);
}

function losses({ permissions, boundaries }: BundleChange): string[] {
  return told(permissions.lost, boundaries.lost);
}

function told(permissions: readonly string[], kinds: readonly string[]): string[] {
  const names = permissions.map((name) => `\`${name}\``).join(', ');
  return [
    ...(permissions.length === 0 ? [] : [names]),
    ...(kinds.length === 0
      ? []
      : [`the ${kinds.length === 1 ? 'boundary' : 'boundaries'} ${kinds.map(kindText).join(', ')}`]),
  ];
}

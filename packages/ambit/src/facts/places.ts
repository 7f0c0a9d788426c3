import DataLoader from 'dataloader';
import { type AskPlace, Atlas, type ToldPlace, type WantedPlace } from '../rules/atlas.ts';
import type { BoundaryKinds } from '../rules/boundarykinds.ts';
import { type PlaceSource, textOf } from '../rules/placesource.ts';
import type { GrantBoundary, Grants } from '../types.ts';
import type { Asking } from './asking.ts';
import type { Memberships } from './facts.ts';
import { namedIn } from './memberships.ts';

/** An atlas for one request, which asks the sources of its kinds in batches. */
export function requestAtlas(kinds: BoundaryKinds, asking: Asking, context: unknown): Atlas {
  return Atlas.asking(kinds, {
    asking: () => askerOf(kinds, asking, context),
    report: (problem) => asking.report(new Error(problem), 'places'),
  });
}

/** Asks each kind's source about everything that is wanted at one time, each identity once. */
function askerOf(kinds: BoundaryKinds, asking: Asking, context: unknown): AskPlace {
  const loaders = new Map<string, DataLoader<string, ToldPlace>>();
  return (kind, identity) => {
    const loader =
      loaders.get(kind) ?? new DataLoader((all) => answersTo(kinds.sourceOf(kind), all, asking, context));
    loaders.set(kind, loader);
    return loader.load(identity);
  };
}

async function answersTo(
  source: PlaceSource | undefined,
  identities: readonly string[],
  asking: Asking,
  context: unknown,
): Promise<ToldPlace[]> {
  const answers =
    source &&
    (await asking.for(
      'places',
      () => source([...identities], context),
      (answer) => (Array.isArray(answer) && answer.length === identities.length ? [...answer] : undefined),
    ));
  return identities.map((_, index) => ({ answer: answers?.[index] ?? null }));
}

/** Places on which what a credential holds depends, so that they have to be known before its rights are made. */
export function placesHeld(
  kinds: BoundaryKinds,
  { granular, scopes, caveats }: Grants,
  memberships: Memberships | undefined,
): WantedPlace[] {
  // Only coarse scopes stop at such places.
  const isCoarse = scopes?.includes('api') || scopes?.includes('read_api');
  const named = [
    ...(granular ?? []).flatMap(({ boundary }) => placeIn(boundary)),
    ...(caveats ?? []).flatMap(({ boundaries = [] }) => boundaries.flatMap(placeIn)),
    ...namedIn(memberships),
    ...(isCoarse ? kinds.granularPlaces.asked : []),
  ];
  return named.flatMap(({ kind, identity }) => {
    const text = textOf(identity);
    return text !== undefined && kinds.isAsked(kind) ? [{ kind, identity: text }] : [];
  });
}

function placeIn(boundary: GrantBoundary): { readonly kind: string; readonly identity: unknown }[] {
  if (typeof boundary === 'string') return [];
  return Object.entries(boundary).map(([kind, identity]) => ({ kind, identity }));
}

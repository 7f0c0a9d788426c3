import type { GranularGrant } from 'ambit';

/** A boundary as people write it: `user`, `project=acme/web`. Two that read the same are the same. */
export function placeText(boundary: GranularGrant['boundary']): string {
  if (typeof boundary === 'string') return boundary;
  return Object.entries(boundary)
    .map(([kind, id]) => `${kind}=${id}`)
    .join();
}

import type { Grants } from 'ambit';
import { type Caveat, checkCaveat, NarrowError } from 'ambit/narrow';

import { isWithin } from './address.ts';

/**
 * Grants with their caveats about addresses checked and taken out: only whoever has the connection can check them, and
 * the engine bars grants that still have one. Nothing when the client is not where it has to be. A caveat that is not
 * understood stays as it is, for the engine to bar.
 */
export function atTheDoor(grants: Grants, address: string | undefined): Grants | undefined {
  const { caveats, ...rest } = grants;
  if (caveats === undefined) return grants;
  const left: Caveat[] = [];
  for (const caveat of caveats) {
    const understood = understand(caveat);
    if (understood?.address === undefined) left.push(caveat);
    else {
      const { address: networks, ...others } = understood;
      if (!isWithin(address, networks)) return undefined;
      // One that says nothing more would be an empty caveat, which lets nothing pass.
      if (Object.keys(others).length > 0) left.push(others);
    }
  }
  return left.length === 0 ? rest : { ...rest, caveats: left };
}

function understand(caveat: unknown): Caveat | undefined {
  try {
    return checkCaveat(caveat);
  } catch (error) {
    if (error instanceof NarrowError) return undefined;
    throw error;
  }
}

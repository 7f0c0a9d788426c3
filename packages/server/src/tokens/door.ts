import type { Grants } from 'ambit';
import { type Caveat, checkCaveat, NarrowError } from 'ambit/narrow';

import { isWithin } from './address.ts';

/** Grants as the engine takes them, and the networks in each of which their client has to be. */
export interface AtTheDoor {
  readonly grants: Grants;
  readonly networks: readonly (readonly string[])[];
}

/**
 * Takes the caveats about addresses out of grants: only whoever has the connection can check them, and the engine bars
 * grants that still have one. A caveat that is not understood stays as it is, for the engine to bar.
 */
export function takeAddresses(grants: Grants): AtTheDoor {
  const { caveats, ...rest } = grants;
  if (caveats === undefined) return { grants, networks: [] };
  const networks: (readonly string[])[] = [];
  const left: Caveat[] = [];
  for (const caveat of caveats) {
    const understood = understand(caveat);
    if (understood?.address === undefined) left.push(caveat);
    else {
      const { address, ...others } = understood;
      networks.push(address);
      // One that says nothing more would be an empty caveat, which lets nothing pass.
      if (Object.keys(others).length > 0) left.push(others);
    }
  }
  return { grants: left.length === 0 ? rest : { ...rest, caveats: left }, networks };
}

/** Whether a client's address is in each of these lists of networks. No address is in none. */
export function isAdmitted(address: string | undefined, networks: AtTheDoor['networks']): boolean {
  return networks.every((list) => isWithin(address, list));
}

function understand(caveat: unknown): Caveat | undefined {
  try {
    return checkCaveat(caveat);
  } catch (error) {
    if (error instanceof NarrowError) return undefined;
    throw error;
  }
}

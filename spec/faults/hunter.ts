import { pathToFileURL } from 'node:url';
import type { MakeEngine } from '../differential/scenario.ts';
import { type Hunted, hunt } from './hunt.ts';

/** What a process that looks for faults is told, once for each search. */
interface Orders {
  readonly faulty: string;
  readonly sound: string;
  readonly seed: number;
  readonly most: number;
}

process.on('message', async (orders: Orders) => process.send?.({ hunted: await search(orders) }));
process.on('disconnect', () => process.exit(0));

/** A fault has to be silent: one that throws is not found, it shows itself. */
async function search({ faulty, sound, seed, most }: Orders): Promise<Hunted & { readonly thrown?: string }> {
  let triples = 0;
  let last = Date.now();
  const tell = (count: number): void => {
    triples = count;
    if (Date.now() - last < 1000) return;
    last = Date.now();
    process.send?.({ triples });
  };
  try {
    return await hunt(await engineAt(faulty), await engineAt(sound), { seed, most }, tell);
  } catch (error) {
    return { found: false, triples, skipped: 0, thrown: String(error) };
  }
}

async function engineAt(file: string): Promise<MakeEngine> {
  return ((await import(pathToFileURL(file).href)) as { createAmbit: MakeEngine }).createAmbit;
}

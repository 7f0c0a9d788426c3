import { pathToFileURL } from 'node:url';
import type { MakeEngine } from '../differential/scenario.ts';
import { hunt } from './hunt.ts';

/** What the process that looks for one fault is told on its command line. */
interface Orders {
  readonly faulty: string;
  readonly sound: string;
  readonly seed: number;
  readonly most: number;
}

const orders = JSON.parse(process.argv[2] ?? '{}') as Orders;
const [faulty, sound] = await Promise.all([engineAt(orders.faulty), engineAt(orders.sound)]);
let last = Date.now();
const hunted = await hunt(faulty, sound, orders, (triples) => {
  if (Date.now() - last < 1000) return;
  last = Date.now();
  process.send?.({ triples });
});
process.send?.({ hunted });
process.disconnect?.();

async function engineAt(file: string): Promise<MakeEngine> {
  return ((await import(pathToFileURL(file).href)) as { createAmbit: MakeEngine }).createAmbit;
}

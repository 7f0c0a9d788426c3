import { createRequire, register } from 'node:module';

import type { Program } from '../site.ts';
import { WEAKENINGS } from './weakenings.ts';

const { load } = createRequire(import.meta.url)('./load.cjs') as {
  readonly load: (url: string) => Promise<Partial<Program>>;
};

const DIST = new URL('../../../../packages/server/dist/', import.meta.url);
const MODULES: readonly string[] = ['index.js', 'people/signins.js', 'store/embedded.js', 'store/memory.js'];

/** The built program with every weakening in it, all of them off. Rejects when the text that one names is not there. */
export async function loadProgram(): Promise<Program> {
  register(new URL('./hooks.mjs', import.meta.url), { data: WEAKENINGS });
  const parts = await Promise.all(MODULES.map((path) => load(`${new URL(path, DIST).href}?switched`)));
  return Object.assign({}, ...parts) as Program;
}

/** Does something while one weakening is on. */
export async function whileWeakened<T>(name: string | undefined, work: () => Promise<T>): Promise<T> {
  const switches = globalThis as { ambitWeakening?: string | undefined };
  switches.ambitWeakening = name;
  try {
    return await work();
  } finally {
    switches.ambitWeakening = undefined;
  }
}

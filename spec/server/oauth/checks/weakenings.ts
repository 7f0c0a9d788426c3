import { LIBRARY } from './weak-library.ts';
import { OURS } from './weak-ours.ts';

/** One place of the program that is switched. */
export interface Edit {
  readonly file: string;
  /** An expression that stands in the file once. */
  readonly find: string;
  /** What is there instead while the weakening is on. */
  readonly weak: string;
}

/** One defence that can be taken out. */
export interface Weakening {
  readonly name: string;
  readonly edits: readonly Edit[];
}

/** In every table: the name of a weakening, and for each place its file, what stands there and what comes instead. */
export type WeakeningTable = Readonly<Record<string, readonly (readonly [string, string, string])[]>>;

function rows(folder: string, table: WeakeningTable): readonly Weakening[] {
  return Object.entries(table).map(([name, edits]) => ({
    name,
    edits: edits.map(([file, find, weak]) => ({ file: `${folder}/${file}.js`, find, weak })),
  }));
}

/** Every defence that some check is seen failing without. */
export const WEAKENINGS: readonly Weakening[] = [
  ...rows('oidc-provider/lib', LIBRARY),
  ...rows('packages/server/dist', OURS),
];

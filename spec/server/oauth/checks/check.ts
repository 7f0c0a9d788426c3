import type { Kit } from './kit.ts';

/** One way in that must not be one. */
export interface Check {
  /** RFC, section, and what is tried. */
  readonly id: string;
  /** Where it says that this must not be. */
  readonly rfc: string;
  /** What is tried and what must come of it, in one sentence. */
  readonly says: string;
  /** What comes of it at the server as it is. */
  readonly refused: string;
  /** The defence without which it is not refused; see `weakenings.ts`. Or why there is none that could be taken out. */
  readonly weakening: string | { readonly none: string };
  /** What comes of it without that defence. */
  readonly passes: string;
  /** Tries it, and gives what came of it. */
  readonly attack: (kit: Kit) => Promise<string>;
}

/** A row without its section, which all rows of a table with one prefix have in common with their ids. */
export type Row = readonly [
  section: string,
  name: string,
  says: string,
  refused: string,
  weakening: Check['weakening'],
  passes: string,
  attack: Check['attack'],
];

/** The checks of one RFC. */
export function checksOf(rfc: string, rows: readonly Row[]): readonly Check[] {
  return rows.map(([section, name, says, refused, weakening, passes, attack]) => ({
    id: `RFC${rfc}-${section}-${name}`,
    rfc: `RFC ${rfc}, ${section}`,
    says,
    refused,
    weakening,
    passes,
    attack,
  }));
}

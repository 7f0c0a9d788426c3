/**
 * What a test may see differ between graphql 16 and 17, and nothing else may: each with its reason. Faults that 17
 * alone finds in a schema are in `packages/ambit/src/graphql/tolerated.ts`, since the library has to know them too.
 */

/** 17 prints `{ by: AGE }` where 16 prints `{by: AGE}`; both read it the same. */
export function withoutInnerSpaces(sdl: string): string {
  return sdl.replace(/\{ ([^{}\n]*) \}/g, '{$1}');
}

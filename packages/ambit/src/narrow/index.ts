/** Narrowing of tokens by whoever holds them, without asking the server. */
export { readBlock } from './block.ts';
export { type Caveat, type CaveatBoundary, checkCaveat } from './caveat.ts';
export { NarrowError, type NarrowErrorCode } from './errors.ts';
export {
  earliest,
  type NarrowedToken,
  type Narrowing,
  type NarrowOptions,
  narrowToken,
  readNarrowed,
} from './narrow.ts';
export { NARROWED_PREFIX, narrowedParts, type TokenParts } from './wire.ts';

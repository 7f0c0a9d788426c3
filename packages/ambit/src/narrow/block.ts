import { type Caveat, checkCaveat } from './caveat.ts';
import { NarrowError } from './errors.ts';

/** A caveat as the block that is put under the HMAC: these bytes, and no other form of them. */
export function writeBlock(caveat: Caveat): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(caveat));
}

/**
 * The caveat in a block, whoever wrote it. Throws `NarrowError` `CAVEAT_INVALID` for what is no UTF-8, no JSON, has a
 * key twice, or is not in the vocabulary.
 */
export function readBlock(block: Uint8Array): Caveat {
  const text = textOf(block);
  const value = jsonIn(text);
  const caveat = checkCaveat(value);
  if (membersIn(text) !== membersOf(value)) throw unreadable('has a key twice');
  return caveat;
}

function textOf(block: Uint8Array): string {
  try {
    // A byte order mark is kept, and is no JSON then.
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(block);
  } catch {
    throw unreadable('is no UTF-8');
  }
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw unreadable('is no JSON');
  }
}

/** How many members the objects of a JSON text have as written: each has a colon, and no other colon is outside a text. */
function membersIn(json: string): number {
  let colons = 0;
  let inText = false;
  for (let at = 0; at < json.length; at += 1) {
    const character = json[at];
    if (inText && character === '\\') at += 1;
    else if (character === '"') inText = !inText;
    else if (character === ':' && !inText) colons += 1;
  }
  return colons;
}

/** How many of them a reader sees: of a key that is there twice, one. */
function membersOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const parts: readonly unknown[] = Object.values(value);
  return parts.reduce<number>((sum, part) => sum + membersOf(part), Array.isArray(value) ? 0 : parts.length);
}

function unreadable(what: string): NarrowError {
  return new NarrowError('CAVEAT_INVALID', `A caveat of this token cannot be read: it ${what}.`);
}

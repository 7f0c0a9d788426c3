const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const NO_DIGIT = 255;
const TWO_32 = 0x1_0000_0000;

/** Bytes of a whole chunk. Chunks keep the work in proportion to the length, and within exact numbers. */
const CHUNK = 8;
/** How many characters so many bytes take: the fewest that hold each value. */
const CHARACTERS: readonly number[] = [0, 2, 3, 5, 6, 7, 9, 10, 11];
const WHOLE = 11;

const DIGITS: Uint8Array = digitsByCode();

/** Writes bytes in base62, eight at a time as one big-endian number of eleven characters, what is left over shorter. */
export function encodeBase62(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += CHUNK) text += encodeChunk(bytes.subarray(at, at + CHUNK));
  return text;
}

/** The bytes that `text` stands for; nothing where a character is foreign or no bytes are written so. */
export function decodeBase62(text: string): Uint8Array | undefined {
  const rest = CHARACTERS.indexOf(text.length % WHOLE);
  if (rest < 0) return undefined;
  const whole = Math.floor(text.length / WHOLE);
  const bytes = new Uint8Array(whole * CHUNK + rest);
  for (let chunk = 0; chunk < whole; chunk += 1) {
    if (!decodeChunk(text, chunk * WHOLE, WHOLE, bytes, chunk * CHUNK, CHUNK)) return undefined;
  }
  const done =
    rest === 0 || decodeChunk(text, whole * WHOLE, text.length % WHOLE, bytes, whole * CHUNK, rest);
  return done ? bytes : undefined;
}

/** The `size` bytes of one big-endian number, as personal tokens are written; nothing for what is no such number. */
export function decodeNumber(text: string, size: number): Uint8Array | undefined {
  const bytes = new Uint8Array(size);
  for (let at = 0; at < text.length; at += 1) {
    let carry = digitAt(text, at);
    if (carry === NO_DIGIT) return undefined;
    for (let place = size - 1; place >= 0; place -= 1) {
      carry += (bytes[place] ?? 0) * 62;
      bytes[place] = carry & 0xff;
      carry >>>= 8;
    }
    if (carry !== 0) return undefined;
  }
  return bytes;
}

/** A number below 2^32 with leading zeros up to `length` characters. */
export function encodeInteger(value: number, length: number): string {
  let rest = value;
  let text = '';
  while (text.length < length) {
    text = ALPHABET.charAt(rest % 62) + text;
    rest = Math.floor(rest / 62);
  }
  return text;
}

function encodeChunk(bytes: Uint8Array): string {
  // The value in two halves of 32 bits: as one number it would not be exact.
  let high = 0;
  let low = 0;
  for (const byte of bytes) {
    const next = low * 256 + byte;
    high = high * 256 + Math.floor(next / TWO_32);
    low = next % TWO_32;
  }
  let text = '';
  for (let left = CHARACTERS[bytes.length] ?? 0; left > 0; left -= 1) {
    const next = (high % 62) * TWO_32 + low;
    high = Math.floor(high / 62);
    low = Math.floor(next / 62);
    text = ALPHABET.charAt(next % 62) + text;
  }
  return text;
}

function decodeChunk(
  text: string,
  start: number,
  length: number,
  bytes: Uint8Array,
  at: number,
  size: number,
): boolean {
  let high = 0;
  let low = 0;
  for (let place = start; place < start + length; place += 1) {
    const digit = digitAt(text, place);
    if (digit === NO_DIGIT) return false;
    const next = low * 62 + digit;
    high = high * 62 + Math.floor(next / TWO_32);
    low = next % TWO_32;
  }
  for (let place = size - 1; place >= 0; place -= 1) {
    bytes[at + place] = low % 256;
    low = Math.floor(low / 256) + (high % 256) * 0x100_0000;
    high = Math.floor(high / 256);
  }
  // What is left over does not fit: the same bytes would have a second way to be written.
  return high === 0 && low === 0;
}

function digitAt(text: string, at: number): number {
  return DIGITS[text.charCodeAt(at)] ?? NO_DIGIT;
}

function digitsByCode(): Uint8Array {
  const digits = new Uint8Array(128).fill(NO_DIGIT);
  for (let digit = 0; digit < ALPHABET.length; digit += 1) digits[ALPHABET.charCodeAt(digit)] = digit;
  return digits;
}

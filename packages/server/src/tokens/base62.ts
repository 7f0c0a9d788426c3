const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const BASE = 62n;

/**
 * Writes bytes, read as one big-endian number, in base62 with leading zeros up to `length`.
 * A length that is too short for the number is a programming error and throws `RangeError`.
 */
export function encodeBase62(bytes: Uint8Array, length: number): string {
  let rest = bytes.length === 0 ? 0n : BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
  let text = '';
  while (text.length < length) {
    text = ALPHABET.charAt(Number(rest % BASE)) + text;
    rest /= BASE;
  }
  if (rest !== 0n) throw new RangeError(`${length} base62 characters cannot hold ${bytes.length} bytes`);
  return text;
}

/** The `size` bytes that `text` stands for; nothing when a character is foreign or the number is too large. */
export function decodeBase62(text: string, size: number): Uint8Array | undefined {
  let value = 0n;
  for (const character of text) {
    const digit = ALPHABET.indexOf(character);
    if (digit < 0) return undefined;
    value = value * BASE + BigInt(digit);
  }
  const hex = value.toString(16).padStart(size * 2, '0');
  return hex.length === size * 2 ? Uint8Array.from(Buffer.from(hex, 'hex')) : undefined;
}

import { createHash, randomBytes } from 'node:crypto';

import fc from 'fast-check';
import { expect, test } from 'vitest';

import type { RootKeys } from '../rootkey.ts';
import { decodeBase62, encodeBase62 } from './base62.ts';
import { mint, readToken, verifyTail } from './format.ts';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const keys = (id = 1): RootKeys => ({ current: id, keys: new Map([[id, randomBytes(32)]]) });
const minted = mint(keys());

test('a minted token has the fixed form and reads back', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 255 }), (id) => {
      const rootKeys = keys(id);
      const made = mint(rootKeys);
      expect(made.token).toMatch(/^ambp_[0-9A-Za-z]{72}$/);
      const read = readToken(made.token);
      expect(read).toMatchObject({ keyId: id, idHash: made.idHash, publicId: made.publicId });
      expect(read && verifyTail(read, rootKeys)).toBe(true);
    }),
  );
});

test('a token with any single character changed is rejected', () => {
  const position = fc.integer({ min: 0, max: minted.token.length - 1 });
  fc.assert(
    fc.property(position, fc.constantFrom(...ALPHABET, '_', '-', ' ', 'é', '\u0000'), (at, other) => {
      fc.pre(minted.token[at] !== other);
      expect(readToken(minted.token.slice(0, at) + other + minted.token.slice(at + 1))).toBeUndefined();
    }),
    { numRuns: 2_000 },
  );
});

test('every single-character change at every position is rejected', () => {
  for (let at = 0; at < minted.token.length; at += 1) {
    for (const other of ALPHABET) {
      if (other === minted.token[at]) continue;
      expect(readToken(minted.token.slice(0, at) + other + minted.token.slice(at + 1))).toBeUndefined();
    }
  }
});

test('arbitrary text, and text cut or added to, is no token', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(readToken(text)).toBeUndefined();
      expect(readToken(`ambp_${text}`)).toBeUndefined();
      fc.pre(text !== '');
      expect(readToken(minted.token + text)).toBeUndefined();
      expect(readToken(text + minted.token)).toBeUndefined();
    }),
  );
});

test('a token under another root key, or under a key that is gone, does not verify', () => {
  const read = readToken(minted.token);
  expect(read).toBeDefined();
  expect(read && verifyTail(read, keys())).toBe(false);
  expect(read && verifyTail(read, keys(2))).toBe(false);
});

test('what is stored and what is shown publicly are two hashes that do not contain each other or the token', () => {
  const read = readToken(minted.token);
  expect(minted.idHash).toBe(
    createHash('sha256')
      .update(read?.id ?? '')
      .digest('hex'),
  );
  expect(minted.publicId).toMatch(/^tok_[0-9A-Za-z]{17}$/);
  expect(minted.token).not.toContain(minted.publicId.slice(4));
});

test('base62 reads what it wrote and refuses numbers that are too large', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 49, maxLength: 49 }), (bytes) => {
      const text = encodeBase62(bytes, 66);
      expect(text).toHaveLength(66);
      expect(decodeBase62(text, 49)).toEqual(Uint8Array.from(bytes));
    }),
  );
  expect(decodeBase62('z'.repeat(66), 49)).toBeUndefined();
  expect(() => encodeBase62(new Uint8Array(49).fill(255), 65)).toThrow(RangeError);
});

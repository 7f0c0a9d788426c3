import { createHash, createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { crc32 as zlibCrc32 } from 'node:zlib';

import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';

import { parseGrants } from '../grants/grants.ts';
import { decodeBase62, decodeNumber, encodeBase62 } from './base62.ts';
import { readBlock } from './block.ts';
import { type Caveat, checkCaveat } from './caveat.ts';
import { crc32 } from './crc32.ts';
import { type Narrowing, narrowToken, readNarrowed } from './narrow.ts';
import { narrowedParts, personalParts } from './wire.ts';

interface Vectors {
  readonly personal: string;
  readonly firstTail: string;
  readonly now: string;
  readonly narrowed: readonly {
    readonly id: string;
    readonly steps: readonly { readonly caveat: string; readonly tail: string; readonly digest: string }[];
    readonly token: string;
  }[];
  readonly refused: readonly { readonly id: string; readonly refusal: string; readonly token: string }[];
}

const vectors: Vectors = JSON.parse(
  readFileSync(new URL('../../../../spec/vectors/narrowed-tokens.json', import.meta.url), 'utf8'),
);
const { personal } = vectors;
const now = () => new Date(vectors.now);
const narrow = (token: string, by: Narrowing): Promise<string> => narrowToken(token, by, { now });
const utf8 = (text: string) => new TextEncoder().encode(text);

/** Any caveat of the vocabulary; with an end within a day, so that it can come first. */
const texts = (text: fc.Arbitrary<string>) => fc.array(text, { minLength: 1, maxLength: 3 });
const word = fc.stringMatching(/^[a-z_:/. éש]{1,12}$/);
const anyCaveat = fc
  .record(
    {
      operations: texts(fc.stringMatching(/^(query|mutate|subscribe):(\*|[a-zA-Z_]{1,8})$/)),
      permissions: texts(word),
      scopes: texts(word),
      boundaries: fc.array(
        fc.oneof(fc.constantFrom('user' as const, 'instance' as const), fc.record({ project: word })),
        { minLength: 1, maxLength: 3 },
      ),
      readOnly: fc.constant(true as const),
      address: texts(fc.constantFrom('10.0.0.0/8', '2001:db8::/32', '127.0.0.1/32')),
      label: word,
    },
    { requiredKeys: [] },
  )
  .chain((caveat) =>
    fc
      .integer({ min: 1, max: 24 * 60 })
      .map((minutes) => ({ ...caveat, expires: new Date(now().getTime() + minutes * 60_000).toISOString() })),
  );

describe('narrowToken', () => {
  it('writes the tokens of the vectors, made by another program', async () => {
    const ours = vectors.narrowed.filter(({ steps }) =>
      steps.every(({ caveat }) => JSON.stringify(JSON.parse(caveat)) === caveat),
    );
    for (const { steps, token } of ours) {
      let made = personal;
      for (const { caveat } of steps) made = await narrow(made, JSON.parse(caveat));
      expect(made).toBe(token);
    }
    expect(ours.length).toBeGreaterThanOrEqual(4);
  });

  it('keeps every caveat that was there, byte for byte, and adds one', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyCaveat, { minLength: 1, maxLength: 4 }), async (caveats) => {
        let token = personal;
        for (const [index, caveat] of caveats.entries()) {
          const before = narrowedParts(token)?.blocks ?? [];
          token = await narrow(token, caveat);
          const after = narrowedParts(token)?.blocks ?? [];
          expect(after.slice(0, index)).toEqual(before);
          expect(after.length).toBe(index + 1);
        }
        expect(readNarrowed(token).caveats).toEqual(caveats);
      }),
      { numRuns: 50 },
    );
  });

  it('leaves the parent as it is and says the same of the token it began from', async () => {
    const token = await narrow(personal, { readOnly: true, expires: '10m' });
    const parts = narrowedParts(token);
    const before = personalParts(personal);
    expect([parts?.keyId, parts?.id]).toEqual([before?.keyId, before?.id]);
    expect(Buffer.from(parts?.tail ?? []).toString('hex')).not.toBe(vectors.firstTail);
    expect(token).toMatch(/^ambn_[0-9A-Za-z]+$/);
  });

  it.each([
    ['30s', '2026-01-01T00:00:30.000Z'],
    ['10m', '2026-01-01T00:10:00.000Z'],
    ['24h', '2026-01-02T00:00:00.000Z'],
    ['1d', '2026-01-02T00:00:00.000Z'],
    ['2026-01-01T02:00:00+01:00', '2026-01-01T02:00:00+01:00'],
    [new Date('2026-01-01T00:01:00Z'), '2026-01-01T00:01:00.000Z'],
  ])('writes the end %s as an instant', async (expires, written) => {
    expect(readNarrowed(await narrow(personal, { expires })).expires).toBe(written);
  });

  it('takes the earliest end for the end', async () => {
    const early = await narrow(personal, { expires: '5m' });
    const late = await narrow(early, { expires: '2026-01-01T03:00:00+01:00' });
    expect(readNarrowed(late).expires).toBe('2026-01-01T00:05:00.000Z');
  });

  it('asks for an end at the first narrowing, and not at the second', async () => {
    await expect(narrow(personal, { readOnly: true })).rejects.toMatchObject({
      name: 'NarrowError',
      code: 'CAVEAT_INVALID',
      message: 'The first narrowing of a token needs `expires`; there was none.',
    });
    const first = await narrow(personal, { expires: '10m' });
    expect(readNarrowed(await narrow(first, { readOnly: true })).caveats).toHaveLength(2);
  });

  it.each(['30d', '25h', '1441m', '2026-01-02T00:00:01Z', new Date('2027-01-01T00:00:00Z')])(
    'refuses the end %s, which is later than a day from now',
    async (expires) => {
      await expect(narrow(personal, { expires })).rejects.toThrow(/at most 24 hours from now/);
    },
  );

  it.each(['2026-01-01T00:00:00Z', '2025-12-31T23:59:59Z', new Date(0)])(
    'refuses the end %s, which is over',
    async (expires) => {
      await expect(narrow(personal, { expires })).rejects.toThrow(/over already/);
    },
  );

  it.each(['', '10', '10w', '0m', '-5m', '1.5h', 'soon', ' 10m', new Date(Number.NaN)])(
    'refuses %j, which is no end',
    async (expires) => {
      await expect(narrow(personal, { expires })).rejects.toMatchObject({ code: 'CAVEAT_INVALID' });
    },
  );

  it('takes an address by itself for the network that holds it alone', async () => {
    const token = await narrow(personal, { expires: '10m', address: ['10.1.2.3', '::1', '10.0.0.0/8'] });
    expect(readNarrowed(token).caveats[0]?.address).toEqual(['10.1.2.3/32', '::1/128', '10.0.0.0/8']);
  });

  it('takes a ninth narrowing for too many, and 2,048 bytes for the most', async () => {
    let token = await narrow(personal, { expires: '10m' });
    for (let time = 1; time < 8; time += 1) token = await narrow(token, { readOnly: true });
    await expect(narrow(token, { readOnly: true })).rejects.toMatchObject({ code: 'TOO_LARGE' });
    const room = 2_048 - utf8('{"expires":"2026-01-01T00:10:00.000Z","label":""}').length;
    const most = await narrow(personal, { expires: '10m', label: 'a'.repeat(room) });
    expect(readNarrowed(most).caveats[0]?.label).toHaveLength(room);
    await expect(narrow(personal, { expires: '10m', label: 'a'.repeat(room + 1) })).rejects.toMatchObject({
      code: 'TOO_LARGE',
      message: 'The caveats of a token may have 2048 bytes together; these would have 2049.',
    });
  });

  it.each(['', 'ambp_', 'ambn_', 'x', `${personal} `, ` ${personal}`, personal.slice(0, -1), `${personal}0`])(
    'refuses %j, which is no token',
    async (token) => {
      await expect(narrow(token, { expires: '10m' })).rejects.toMatchObject({ code: 'TOKEN_UNREADABLE' });
    },
  );

  it('never repeats the token in a message', async () => {
    const token = await narrow(personal, { expires: '10m' });
    for (const secret of [personal, token]) {
      const attempts: Promise<unknown>[] = [
        narrow(`${secret}x`, { expires: '10m' }),
        narrow(secret, { expires: secret }),
        narrow(secret, { operations: [secret] }),
        narrow(secret, { address: [secret] }),
        narrow(secret, { [secret]: true } as Narrowing),
        narrow(secret, secret as Narrowing),
        narrow(secret, { boundaries: [secret as 'user'] }),
      ];
      for (const attempt of attempts) {
        const error: unknown = await attempt.catch((reason: unknown) => reason);
        expect(error).toMatchObject({ name: 'NarrowError' });
        expect(`${String(error)}${JSON.stringify(error)}`).not.toContain(secret.slice(5, 25));
      }
    }
  });
});

describe('the vocabulary of caveats', () => {
  it.each<[unknown, RegExp]>([
    [{ operation: ['query:a'] }, /"operation" is no key of a caveat/],
    [{ operations: 'query:a' }, /`operations` takes a list that is not empty; found "query:a"/],
    [{ operations: [] }, /`operations` takes a list that is not empty; found an empty list/],
    [{ operations: ['query'] }, /`operations` takes query:NAME, .*; found "query"/],
    [{ operations: ['mutate:create*'] }, /found "mutate:create\*"/],
    [{ operations: ['mutation:create'] }, /found "mutation:create"/],
    [{ permissions: [1] }, /`permissions` takes printable text that is not empty; found a number/],
    [{ scopes: [''] }, /`scopes` takes printable text/],
    [{ boundaries: ['all_memberships'] }, /`boundaries` takes user, instance, or one kind with one object/],
    [{ boundaries: [{}] }, /found an object/],
    [{ boundaries: [{ project: 'a', group: 'b' }] }, /one kind with one object/],
    [{ boundaries: [{ project: '<project>' }] }, /a real object in the place of <...>/],
    [{ readOnly: false }, /`readOnly` takes true, or left out; found a boolean/],
    [{ expires: '2026-01-01' }, /`expires` takes an instant such as/],
    [{ expires: '2026-02-30T00:00:00Z' }, /an instant/],
    [{ expires: '2026-01-01T24:30:00Z' }, /an instant/],
    [{ address: ['10.0.0.0'] }, /`address` takes a network such as/],
    [{ address: ['10.0.0/8'] }, /a network/],
    [{ address: ['256.0.0.0/8'] }, /a network/],
    [{ address: ['010.0.0.0/8'] }, /a network/],
    [{ address: ['10.0.0.0/08'] }, /a network/],
    [{ address: ['10.0.0.0/33'] }, /a network/],
    [{ address: ['2001:db8::/129'] }, /a network/],
    [{ address: ['fe80::1%eth0/64'] }, /a network/],
    [{ address: ['example.com/8'] }, /a network/],
    [{ address: ['::1.2.3.4.5/8'] }, /a network/],
    [{ label: 'a\u0000' }, /`label` takes printable text.*; found a text that is not printable/],
    [{ label: 'a\u202eb' }, /not printable/],
    [{ label: '\ud800' }, /not printable/],
    [{}, /has to say something/],
    [{ readOnly: undefined }, /has to say something/],
    [[], /has to be an object; found an empty list/],
    [null, /found null/],
    ['readOnly', /found "readOnly"/],
  ])('refuses %j with a sentence', (value, message) => {
    expect(() => checkCaveat(value)).toThrow(
      expect.objectContaining({ code: 'CAVEAT_INVALID', message: expect.stringMatching(message) }),
    );
  });

  it('gives back what it takes, in an object of its own', () => {
    fc.assert(
      fc.property(anyCaveat, (caveat: Caveat) => {
        expect(checkCaveat(caveat)).toEqual(caveat);
        expect(checkCaveat(caveat)).not.toBe(caveat);
      }),
    );
  });

  it('has nothing that the engine would not understand', () => {
    fc.assert(
      fc.property(anyCaveat, (caveat: Caveat) => {
        expect(parseGrants({ caveats: [caveat] }).caveats).toEqual([caveat]);
      }),
    );
  });

  it('takes nothing from where objects inherit', () => {
    const inherited: unknown = Object.create({ readOnly: true });
    expect(() => checkCaveat(inherited)).toThrow(/has to say something/);
  });
});

describe('readBlock', () => {
  it('finds a key that is there twice, wherever it stands and however it is written', () => {
    fc.assert(
      fc.property(anyCaveat, fc.nat(), (caveat, at) => {
        const keys = Object.keys(caveat);
        const key = keys[at % keys.length] ?? '';
        const written = JSON.stringify(caveat);
        const member = `${JSON.stringify(key)}:${JSON.stringify(caveat[key as keyof typeof caveat])}`;
        const escaped = `"\\u${key.charCodeAt(0).toString(16).padStart(4, '0')}${key.slice(1)}"`;
        expect(readBlock(utf8(written))).toEqual(caveat);
        for (const twice of [
          `${written.slice(0, -1)},${member}}`,
          `{${member},${written.slice(1)}`,
          `${written.slice(0, -1)},${escaped}:${JSON.stringify(caveat[key as keyof typeof caveat])}}`,
        ])
          expect(() => readBlock(utf8(twice))).toThrow(/has a key twice/);
      }),
    );
  });

  it('takes colons and quotes in texts for what they are', () => {
    const caveat = { label: '":{\\"a\\":1,\\\\":', expires: '2026-01-01T00:10:00Z' };
    expect(readBlock(utf8(JSON.stringify(caveat)))).toEqual(caveat);
  });

  it('throws nothing but its own error, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array(), fc.json().map(utf8)), (bytes) => {
        try {
          readBlock(bytes);
        } catch (error) {
          expect(error).toMatchObject({ name: 'NarrowError', code: 'CAVEAT_INVALID' });
        }
      }),
    );
  });
});

describe('the form of a narrowed token', () => {
  const [, vector] = vectors.narrowed;
  const token = vector!.token;

  it('reads what the vectors say', () => {
    for (const { token: text, steps } of vectors.narrowed) {
      const parts = narrowedParts(text);
      expect(parts?.blocks.map((block) => Buffer.from(block).toString('utf8'))).toEqual(
        steps.map(({ caveat }) => caveat),
      );
      expect(Buffer.from(parts?.tail ?? []).toString('hex')).toBe(steps.at(-1)?.tail);
      expect(readNarrowed(text).caveats).toEqual(steps.map(({ caveat }) => JSON.parse(caveat)));
    }
  });

  it('has a chain that anybody can compute with HMAC-SHA256', () => {
    let tail: Buffer = Buffer.from(vectors.firstTail, 'hex');
    for (const { caveat, tail: next, digest } of vector!.steps) {
      tail = createHmac('sha256', tail).update(`ambn_${caveat}`).digest();
      expect(tail.toString('hex')).toBe(next);
      expect(createHash('sha256').update(tail).digest('hex')).toBe(digest);
    }
  });

  it.each(vectors.refused)('is not this: $id', ({ refusal, token: text }) => {
    if (refusal === 'malformed') expect(narrowedParts(text)).toBeUndefined();
    else expect(narrowedParts(text)).toBeDefined();
    if (refusal === 'malformed') expect(() => readNarrowed(text)).toThrow(/narrowed token/);
    else if (refusal === 'caveat') expect(() => readNarrowed(text)).toThrow(/./);
    else expect(readNarrowed(text).caveats.length).toBeGreaterThan(0);
  });

  it('is lost with any single character changed', () => {
    for (let at = 0; at < token.length; at += 1) {
      for (const other of ['0', 'z', 'A', '_', '\u0130']) {
        if (token[at] === other) continue;
        expect(narrowedParts(token.slice(0, at) + other + token.slice(at + 1)), `at ${at}`).toBeUndefined();
      }
    }
  });

  it('is no text of chance, and none that is cut or added to', () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(token.length - 1), (text, at) => {
        expect(narrowedParts(text)).toBeUndefined();
        expect(narrowedParts(`ambn_${text}`)).toBeUndefined();
        expect(narrowedParts(token.slice(0, at))).toBeUndefined();
        fc.pre(text !== '');
        expect(narrowedParts(token + text)).toBeUndefined();
        expect(narrowedParts(text + token)).toBeUndefined();
      }),
    );
  });

  it('is not read where it is longer than any can be', () => {
    expect(narrowedParts(`ambn_${'0'.repeat(1_000_000)}`)).toBeUndefined();
  });
});

test('base62 gives each row of bytes one text, and takes no other', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), fc.stringMatching(/^[0-9A-Za-z]{0,40}$/), (bytes, text) => {
      expect(decodeBase62(encodeBase62(bytes))).toEqual(Uint8Array.from(bytes));
      const read = decodeBase62(text);
      if (read !== undefined) expect(encodeBase62(read)).toBe(text);
    }),
    { numRuns: 2_000 },
  );
  for (let size = 1; size <= 8; size += 1) {
    const highest = new Uint8Array(size).fill(255);
    const text = encodeBase62(highest);
    expect(decodeBase62(text)).toEqual(highest);
    const digits = [...text];
    const raised = text.replace(/.z*$/, (end) =>
      String.fromCharCode(end.charCodeAt(0) + 1).padEnd(end.length, '0'),
    );
    expect(digits.length).toBe(text.length);
    expect(decodeBase62(raised), `${size} bytes`).toBeUndefined();
    expect(decodeBase62('z'.repeat(text.length))).toBeUndefined();
  }
  expect(['0', '0000', '00000000', 'é0', '0\u0130'].map((text) => decodeBase62(text))).toEqual(
    Array.from({ length: 5 }, () => undefined),
  );
});

test('a number that is too large for its bytes is none', () => {
  expect(decodeNumber('0048', 2)).toEqual(Uint8Array.of(1, 0));
  expect(decodeNumber('4GF', 2)).toBeDefined();
  expect(decodeNumber('zzzz', 2)).toBeUndefined();
});

test('the checksum is that of zlib', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[\x20-\x7e]*$/), (text) => {
      expect(crc32(text)).toBe(zlibCrc32(text));
    }),
  );
});

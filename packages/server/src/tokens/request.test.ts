import { expect, test } from 'vitest';

import { parseTokenRequest } from './request.ts';

const base = { name: 'n', scopes: ['api'] };
const within = (boundary: unknown, permission = 'p') => ({
  ...base,
  granular: [{ permissions: [permission], boundary }],
});
const nul = '\u0000';
const half = '\ud800';

test.each([
  ['a name with a control character', { ...base, name: `a${nul}` }, /`name`: must be printable/],
  ['a name with an escape', { ...base, name: 'a\u001b[2J' }, /`name`: must be printable/],
  ['a name with half a surrogate pair', { ...base, name: `a${half}` }, /`name`: must be printable/],
  ['a name that turns its direction', { ...base, name: 'a\u202eb' }, /`name`: must be printable/],
  ['a name with an isolate', { ...base, name: 'a\u2066b' }, /`name`: must be printable/],
  ['a name of two lines', { ...base, name: 'a\u2028b' }, /`name`: must be printable/],
  ['an empty name', { ...base, name: '' }, /`name`/],
  ['a name that is too long', { ...base, name: 'n'.repeat(201) }, /`name`: must have at most 200/],
  ['a subject with half a surrogate pair', { ...base, subject: half }, /`subject`: must be printable ASCII/],
  ['a subject with a space', { ...base, subject: 'a b' }, /`subject`: must be printable ASCII/],
  [
    'a scope with a control character',
    { name: 'n', scopes: ['a', nul] },
    /`scopes\.1`: must hold no control/,
  ],
  [
    'a scope that is too long',
    { name: 'n', scopes: ['a'.repeat(1_001)] },
    /`scopes\.0`: must have at most 1000/,
  ],
  [
    'a permission with half a surrogate pair',
    within('user', half),
    /`granular\.0\.permissions\.0`: must hold/,
  ],
  [
    'a boundary with a control character',
    within({ project: `a${nul}` }),
    /`granular\.0\.boundary`: must hold/,
  ],
  ['a boundary with half a surrogate pair', within({ project: half }), /`granular\.0\.boundary`: must hold/],
  ['a kind with a control character', within({ [nul]: 'a' }), /`granular\.0\.boundary`: must hold/],
  ['a boundary that is too long', within({ project: 'a'.repeat(1_001) }), /at most 1000 characters/],
  ['a boundary of no kind', within({}), /must be user, instance/],
])('%s is refused with a sentence', (_what, request, message) => {
  expect(() => parseTokenRequest(request)).toThrow(
    expect.objectContaining({ code: 'INPUT_INVALID', message: expect.stringMatching(message) }),
  );
});

test('every mistake is said at once', () => {
  expect(() => parseTokenRequest({ name: nul, subject: half, scopes: [nul] })).toThrow(
    /`name`.*`subject`.*`scopes\.0`/,
  );
});

test('text in any script is taken, and counted in characters', () => {
  const request = {
    name: '\u{1f511}'.repeat(200),
    subject: 'ann@acme',
    scopes: ['größe', 'x'.repeat(1_000)],
    granular: [{ permissions: ['p'], boundary: { project: 'acme/שלום' } }],
    expires: '24h',
  };
  expect(parseTokenRequest(request)).toEqual(request);
});

test('a placeholder is no object in which a token could hold anything', () => {
  const granular = [{ permissions: ['read_issue'], boundary: { project: '<project>' } }];
  expect(() => parseTokenRequest({ name: 'n', granular })).toThrow(
    /must name a real object in the place of <...>/,
  );
});

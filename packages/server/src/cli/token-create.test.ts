import { expect, test } from 'vitest';

import { readArguments } from './arguments.ts';
import { requestFrom, tokenCreate } from './token-create.ts';

const read = (...argv: readonly string[]) => requestFrom(readArguments(argv, tokenCreate.flags));

test('every permission given is granted in every boundary given', () => {
  expect(
    read(
      '--name',
      'n',
      '--permission',
      'a',
      '--permission',
      'b',
      '--boundary',
      'project=acme/web',
      '--boundary=user',
    ),
  ).toMatchObject({
    granular: [
      { permissions: ['a', 'b'], boundary: { project: 'acme/web' } },
      { permissions: ['a', 'b'], boundary: 'user' },
    ],
  });
});

test('an id may hold the sign that ends its kind', () => {
  expect(
    read('--name', 'n', '--permission', 'a', '--boundary', 'project=a=b').granular?.[0]?.boundary,
  ).toEqual({ project: 'a=b' });
});

test('scopes repeat and expiry is thirty days when nothing is said', () => {
  expect(read('--name', 'n', '--scope', 'a', '--scope', 'b')).toEqual({
    name: 'n',
    expires: '30d',
    scopes: ['a', 'b'],
    granular: [],
  });
});

test.each([
  [['--scope', 'a'], /needs a --name/],
  [['--name', 'n', '--permission', 'p'], /--permission needs a --boundary/],
  [['--name', 'n', '--boundary', 'user'], /--boundary needs a --permission/],
  [['--name', 'n', '--permission', 'p', '--boundary', 'usr'], /KIND=ID/],
  [['--name', 'n', '--permission', 'p', '--boundary', 'project='], /KIND=ID/],
  [['--name', 'n', '--scope', 'a', '--expires', 'soon'], /whole number with a unit/],
  [['--name', 'n', '--name', 'm'], /given once; it was given 2 times/],
  [['--name'], /--name needs a value: --name NAME/],
  [['--json=yes'], /--json takes no value/],
])('%j is refused', (argv, message) => {
  expect(() => read(...argv)).toThrow(message);
});

test('an unknown flag is answered with the nearest', () => {
  expect(() => read('--scpoe', 'a')).toThrow(
    expect.objectContaining({ code: 'USAGE', suggestion: 'Did you mean --scope?' }),
  );
});

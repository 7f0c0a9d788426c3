import { expect, test } from 'vitest';
import { createAmbit } from '../create.ts';
import { isRead, Operations } from './operations.ts';

const { policy } = createAmbit({ schema: 'type Query { version: String @public }' });

test('a document that was read is kept', () => {
  const operations = new Operations(policy);
  expect(operations.read('{ version }')).toBe(operations.read('{ version }'));
});

test('large plans push out what is older, however few they are', () => {
  const operations = new Operations(policy);
  const first = operations.read('{ version }');
  const aliases = Array.from({ length: 9000 }, (_, index) => `a${index}: version`).join(' ');
  for (let round = 0; round < 12; round++) {
    const read = operations.read(`query q${round} { ${aliases} }`);
    if (isRead(read)) operations.plan(read);
  }
  expect(operations.read('{ version }')).not.toBe(first);
});

test('many small documents do not push out one another at once', () => {
  const operations = new Operations(policy);
  const first = operations.read('{ version }');
  for (let round = 0; round < 500; round++) operations.read(`query q${round} { version }`);
  expect(operations.read('{ version }')).toBe(first);
});

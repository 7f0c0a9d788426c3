import { expect, test } from 'vitest';

import { introspectionShape, issuersShape } from './config.ts';
import { checkSubjects, sharedSubjects } from './subjects.ts';

const issuer = (name: string, more: object = {}): object => ({
  issuer: `https://${name}.example`,
  audience: ['a'],
  ...more,
});

const sources = (issuers: readonly object[], introspection?: object) => ({
  issuers: issuersShape.parse(issuers),
  introspection: introspectionShape.parse(
    introspection && {
      url: 'https://one.example/i',
      clientId: 'a',
      clientSecret: 'b',
      audience: ['a'],
      ...introspection,
    },
  ),
});

test('several issuers have to say how their subjects are told apart', () => {
  const second = issuer('two', { subjectPrefix: 'two|' });
  expect(() => checkSubjects(sources([issuer('one'), second]))).toThrow(/`issuers\.0` must say/);
  expect(() => checkSubjects(sources([issuer('one', { subjectPrefix: '' }), second]))).not.toThrow();
  expect(() => checkSubjects(sources([issuer('one')], {}))).toThrow(/`issuers\.0`, `introspection` must say/);
});

test('one issuer whose tokens are of two sorts is one', () => {
  expect(() => checkSubjects(sources([issuer('one')], { issuer: 'https://one.example' }))).not.toThrow();
  expect(() => checkSubjects(sources([issuer('one')]))).not.toThrow();
  expect(() => checkSubjects(sources([]))).not.toThrow();
});

test('one beside people of our own is told of, unless it says its prefix or people sign in there', () => {
  expect(sharedSubjects(sources([issuer('one')]))).toEqual(['issuers.0']);
  expect(sharedSubjects(sources([issuer('one', { subjectPrefix: '' })]))).toEqual([]);
  const signIn = { issuer: 'https://one.example' };
  expect(sharedSubjects({ ...sources([issuer('one')]), signIn })).toEqual([]);
});

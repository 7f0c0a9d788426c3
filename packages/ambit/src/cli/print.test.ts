import { expect, it } from 'vitest';
import { AmbitError } from '../errors.ts';
import { failureJson, failureText, printable, printableLine } from './print.ts';

it('tells a mistake with its place and what to do', () => {
  const error = new AmbitError('BAD_RULES', '`a` is nothing', { file: 'r.yml', line: 3, suggestion: 'b' });
  expect(failureText(error)).toBe('ambit: r.yml:3: `a` is nothing\n  did you mean `b`?');
  expect(failureJson(error)).toEqual({
    error: { code: 'BAD_RULES', message: '`a` is nothing', file: 'r.yml', line: 3, suggestion: 'b' },
  });
});

it('leaves out what is not known, and says advice as it stands', () => {
  const error = new AmbitError('UNREADABLE', 'cannot read x.yml', {
    file: 'x.yml',
    suggestion: 'check the path',
  });
  expect(failureText(error)).toBe('ambit: cannot read x.yml\n  check the path');
  expect(failureJson(new AmbitError('BAD_OPTION', 'no'))).toEqual({
    error: { code: 'BAD_OPTION', message: 'no' },
  });
});

it('owns up to a defect', () => {
  expect(failureText(new TypeError('x is undefined'))).toContain(
    'a defect of ambit, not of your input: x is undefined',
  );
  expect(failureJson('odd')).toMatchObject({ error: { code: 'DEFECT' } });
});

it('shows by its number what a terminal would act upon, and leaves JSON the same value', () => {
  expect(printable('a\u001b[2J\r\tb\nc\u202e')).toBe('a\\u001b[2J\\u000d\tb\nc\\u202e');
  expect(printableLine('a\n::error::b')).toBe('a\\u000a::error::b');
  expect(JSON.parse(printable(JSON.stringify('\u009b\u202e ü😀')))).toBe('\u009b\u202e ü😀');
  const error = new AmbitError('UNREADABLE', 'no\n::error::x', { file: 'a\r', suggestion: 'a\u001bb' });
  expect(failureText(error)).toBe('ambit: a\\u000d: no\\u000a::error::x\n  did you mean `a\\u001bb`?');
});

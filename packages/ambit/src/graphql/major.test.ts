import { expect, it } from 'vitest';
import { requireSupportedGraphql } from './major.ts';

const found = (version: string): (() => void) => {
  const [numbers = '', preReleaseTag = null] = version.split('-');
  const [major = 0, minor = 0] = numbers.split('.').map(Number);
  return () => requireSupportedGraphql({ version, major, minor, preReleaseTag });
};

it('starts on the graphql that is installed', () => {
  expect(() => requireSupportedGraphql()).not.toThrow();
});

it.each(['16.11.0', '16.15.0', '17.0.0', '17.1.0'])('starts on graphql %s', (version) => {
  expect(found(version)).not.toThrow();
});

it.each(['15.9.0', '16.10.0', '17.0.0-alpha.3', '18.0.0'])('does not start on graphql %s', (version) => {
  expect(found(version)).toThrow(`found graphql ${version}`);
});

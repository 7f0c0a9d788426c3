import { describe, expect, it } from 'vitest';

import { jwtShape, oauthShape } from '../../packages/server/src/oauth/config.ts';
import { readDocument } from './documents.ts';

/** docs/reference/oauth.md has the options that the server reads, with their defaults and limits. */

const page = readDocument('docs/reference/oauth.md').text;

/** The rows of the table whose first column is headed so: name, default, meaning. */
function rows(heading: string): readonly (readonly string[])[] {
  const table = page.split(`| option of \`${heading}\` |`)[1]?.split('\n\n')[0] ?? '';
  return table
    .split('\n')
    .slice(2)
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

describe.each([
  ['oauth', oauthShape, { issuer: 'https://api.example.com' }],
  ['oauth.jwt', jwtShape, { resource: 'https://subgraph.example/graphql' }],
] as const)('the table of `%s`', (heading, shape, least) => {
  const { shape: options } = shape as unknown as { readonly shape: object };

  it('has every option and no other', () => {
    expect(rows(heading).map(([name]) => name)).toEqual(Object.keys(options).map((key) => `\`${key}\``));
  });

  it('has the defaults', () => {
    const read = shape.parse(least) as unknown as Readonly<Record<string, unknown>>;
    for (const [name = '', shown] of rows(heading)) {
      const key = name.replaceAll('`', '');
      const value = JSON.stringify(read[key]);
      expect(shown?.replaceAll('`', ''), key).toBe(key in least ? 'needed' : value);
    }
  });
});

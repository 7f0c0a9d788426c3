import { describe, expect, it } from 'vitest';

import { CHECKS } from '../server/oauth/checks/all.ts';
import { readDocument } from './documents.ts';

/** The page of the checks of OAuth and their table say the same. */

const page = readDocument('docs/reference/oauth-checks.md');
const written = page.text.split('\n').filter((line) => /^\| `RFC/.test(line));

describe('docs/reference/oauth-checks.md', () => {
  it('has a row for every check, in their order, and no other', () => {
    const rows = CHECKS.map(({ id, rfc, says, weakening }) => {
      const seen = typeof weakening === 'string' ? weakening : `none: ${weakening.none}`;
      return `| \`${id}\` | ${rfc} | ${says} | ${seen} |`;
    });
    expect(written).toEqual(rows);
  });

  it('says how many there are', () => {
    const unseen = CHECKS.filter(({ weakening }) => typeof weakening !== 'string');
    expect(page.text).toContain(`These are ${CHECKS.length} checks`);
    expect(page.text).toContain(`For ${unseen.length} of them there is none`);
    expect(CHECKS.length).toBeGreaterThan(150);
  });
});

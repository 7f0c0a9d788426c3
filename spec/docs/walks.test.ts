import { beforeAll, describe, expect, it } from 'vitest';
import { follow, readWalk } from './walk.ts';

/** Documents that take a reader by the hand, done as they say. */

const walks = [
  { walk: readWalk('docs/tutorial.md', 'tutorial'), saves: 6, shows: 10 },
  { walk: readWalk('docs/how-to/granular-permissions.md', 'access'), saves: 6, shows: 15 },
  { walk: readWalk('docs/how-to/narrow-a-token.md', 'narrow'), saves: 4, shows: 7 },
  { walk: readWalk('docs/how-to/machine-clients.md', 'machine'), saves: 3, shows: 9 },
  { walk: readWalk('docs/how-to/personal-tokens.md', 'personal'), saves: 1, shows: 8 },
  { walk: readWalk('docs/how-to/let-an-application-ask.md', 'ask'), saves: 3, shows: 6 },
];

// The commands are written for bash.
describe.skipIf(process.platform === 'win32').each(walks)('docs, $walk.name', ({ walk, saves, shows }) => {
  let printed: readonly string[] = [];

  beforeAll(async () => {
    printed = await follow(walk);
  }, 120_000);

  it('saves files and runs commands', () => {
    expect(walk.saved.length).toBe(saves);
    expect(walk.steps.filter(({ shown }) => shown !== undefined).length).toBeGreaterThanOrEqual(shows);
  });

  it.each(walk.steps.filter(({ shown }) => shown !== undefined))(
    'prints what it says at line $line',
    ({ shown = '', isJson, index }) => {
      const got = printed[index] ?? '';
      if (isJson) expect(JSON.parse(got)).toEqual(JSON.parse(shown));
      else expect(got.trim()).toBe(shown.trim());
    },
  );
});

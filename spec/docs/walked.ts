import { beforeAll, describe, expect, it } from 'vitest';
import { follow, type Place, readWalk } from './walk.ts';

/** A document that takes a reader by the hand, and how much of it there is to do. */
export interface Walked {
  readonly path: string;
  /** The folder below `.ambit` in which it does its work. */
  readonly folder: string;
  readonly saves: number;
  /** How many commands it shows the answer of, at least. */
  readonly shows: number;
  /** Sections that are for readers who came another way, by how their titles begin. */
  readonly without?: readonly string[];
}

/** Does a document as it says, and has a test for each answer that it shows. */
export function testWalk(walked: Walked, place: () => Promise<Place> = async () => ({})): void {
  const walk = readWalk(walked.path, walked.folder, walked.without);
  // The commands are written for bash.
  describe.skipIf(process.platform === 'win32')(`${walked.path}, as written`, () => {
    let printed: readonly string[] = [];

    beforeAll(async () => {
      printed = await follow(walk, await place());
    }, 120_000);

    it('saves files and runs commands', () => {
      expect(walk.saved.length).toBe(walked.saves);
      expect(walk.steps.filter(({ shown }) => shown !== undefined).length).toBeGreaterThanOrEqual(
        walked.shows,
      );
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
}

/** One promise about an operation, under a name that says it. */
export interface Check {
  /** A statement: what holds where the check passes. */
  readonly name: string;
  /** Why it cannot be tried; undefined where it can. */
  readonly notRun?: string | undefined;
  /** @throws CheckFailed where it does not hold, or cannot be tried */
  readonly run: () => Promise<void>;
}

/** A promise that does not hold: each sentence says what was expected and what was there instead. */
export class CheckFailed extends Error {
  readonly sentences: readonly string[];

  constructor(name: string, sentences: readonly string[]) {
    super([`${name}: not kept`, ...sentences.map((sentence) => `  ${sentence}`)].join('\n'));
    this.name = 'CheckFailed';
    this.sentences = sentences;
  }
}

/** What came of one check. */
export interface CheckResult {
  readonly name: string;
  readonly outcome: 'passed' | 'failed' | 'not run';
  /** What was expected and what was there instead, or why it was not tried; empty where it passed. */
  readonly sentences: readonly string[];
}

/** The test functions of Vitest, Jest or node:test; what has `skip` shows what was not run, with its reason. */
export interface TestFramework {
  readonly it: ((name: string, run: () => Promise<void>) => unknown) & {
    readonly skip: (name: string, run: () => Promise<void>) => unknown;
  };
}

/** A check that is tried by `sentences`, which answers what does not hold. */
export function check(name: string, sentences: () => Promise<readonly string[]>): Check {
  const run = async (): Promise<void> => {
    const found = await sentences();
    if (found.length > 0) throw new CheckFailed(name, found);
  };
  return { name, run };
}

/** A check that cannot be tried, and why. */
export function untried(name: string, reason: string): Check {
  const run = (): Promise<void> => Promise.reject(new CheckFailed(name, [`it was not run: ${reason}`]));
  return { name, notRun: reason, run };
}

/** Makes one test of each check; what cannot be tried is skipped under a name that says why. */
export function registerChecks({ it }: TestFramework, checks: readonly Check[]): void {
  for (const { name, notRun, run } of checks) {
    if (notRun === undefined) it(name, run);
    else it.skip(`${name} [not run: ${notRun}]`, run);
  }
}

/** Runs checks one after another and tells what came of each. */
export async function runChecks(checks: readonly Check[]): Promise<readonly CheckResult[]> {
  const results: CheckResult[] = [];
  for (const { name, notRun, run } of checks) {
    if (notRun !== undefined) {
      results.push({ name, outcome: 'not run', sentences: [notRun] });
      continue;
    }
    const sentences = await run().then(
      () => [],
      (error: unknown) => sentencesOf(error),
    );
    results.push({ name, outcome: sentences.length > 0 ? 'failed' : 'passed', sentences });
  }
  return results;
}

/**
 * Runs checks and answers what came of each, unless one failed.
 * @throws CheckFailed with every promise that does not hold, and what was expected and had
 */
export async function assertChecks(checks: readonly Check[]): Promise<readonly CheckResult[]> {
  const results = await runChecks(checks);
  const failed = results.filter(({ outcome }) => outcome === 'failed');
  if (failed.length > 0)
    throw new CheckFailed(
      `${failed.length} of ${results.length} promises`,
      failed.flatMap(({ name, sentences }) => [name, ...sentences.map((sentence) => `  ${sentence}`)]),
    );
  return results;
}

function sentencesOf(error: unknown): readonly string[] {
  if (error instanceof CheckFailed) return error.sentences;
  return [`it could not be tried: ${error instanceof Error ? error.message : String(error)}`];
}

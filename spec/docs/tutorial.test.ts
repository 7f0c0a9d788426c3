import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Block, readDocument } from './documents.ts';

/**
 * The tutorial, done as it says: files are saved where it says so, its commands run one after the other in one
 * bash, and what stands below a command is what it prints.
 */

const root = fileURLToPath(new URL('../../', import.meta.url));
const BREAK = '-- next --';
const SAVED = /Save this as `([^`]+)`[^\n]*\n(?:[^\n]+\n)*\n*$/;

interface Step {
  readonly line: number;
  readonly shown: string | undefined;
  readonly isJson: boolean;
}

const { text, blocks } = readDocument('docs/tutorial.md');
const lines = text.split('\n');
const steps: Step[] = [];
const script: string[] = [];
const saved: string[] = [];
for (const [index, block] of blocks.entries()) {
  const before = lines.slice(Math.max(0, block.line - 6), block.line - 1).join('\n');
  const [, file] = SAVED.exec(`${before.split('```').at(-1)}\n`) ?? [];
  if (file) {
    script.push(`cp saved-${saved.length} ${file}`);
    saved.push(block.text);
  } else if (block.language === 'sh') {
    script.push(block.text.replace(/^(mkdir -p|cd) \.ambit\/tutorial$/gm, ':'), `echo; echo '${BREAK}'`);
    steps.push({ line: block.line, ...answerTo(block, blocks[index + 1]) });
  }
}

/** What the tutorial shows of a command: the next block, if it follows at once. */
function answerTo({ line, text: command }: Block, next: Block | undefined): Pick<Step, 'shown' | 'isJson'> {
  const follows = next !== undefined && next.line === line + command.split('\n').length + 2;
  return { shown: follows ? next.text : undefined, isJson: next?.language === 'json' };
}

describe.skipIf(process.platform === 'win32')('the tutorial (its commands are written for bash)', () => {
  let printed: string[] = [];

  beforeAll(async () => {
    mkdirSync(join(root, '.ambit'), { recursive: true });
    const folder = mkdtempSync(join(root, '.ambit', 'tutorial-'));
    try {
      const ports = { '4100': await freePort(), '4101': await freePort() };
      const here = (part: string) =>
        part.replace(/\b410[01]\b/g, (port) => ports[port as keyof typeof ports]);
      for (const [index, file] of saved.entries()) writeFileSync(join(folder, `saved-${index}`), here(file));
      const whole = ["trap 'kill $SERVER $API 2> /dev/null; true' EXIT", ...script].map(here).join('\n');
      const { stdout } = await promisify(execFile)('bash', ['-c', whole], { cwd: folder, timeout: 100_000 });
      printed = stdout.split(`${BREAK}\n`);
    } finally {
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    }
  }, 120_000);

  it('saves files and runs commands', () => {
    expect(saved.length).toBe(6);
    expect(steps.filter(({ shown }) => shown !== undefined).length).toBeGreaterThan(9);
  });

  it.each(steps.map((step, index) => ({ ...step, index })).filter(({ shown }) => shown !== undefined))(
    'prints what it says at line $line',
    ({ shown = '', isJson, index }) => {
      const got = printed[index] ?? '';
      if (isJson) expect(JSON.parse(got)).toEqual(JSON.parse(shown));
      else expect(got.trim()).toBe(shown.trim());
    },
  );
});

function freePort(): Promise<string> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address ? String(address.port) : '';
      server.close(() => resolve(port));
    });
  });
}

import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Block, readDocument } from './documents.ts';

/**
 * A document that is followed to the letter: what it says to save is saved, its commands run one after the other in one
 * bash, and what stands below a command is what it printed.
 */

const root = fileURLToPath(new URL('../../', import.meta.url));
const BREAK = '-- next --';
const SAVED = /Save this as `([^`]+)`[^\n]*\n(?:[^\n]+\n)*\n*$/;

/** One command of a document, with what the document shows of its answer. */
export interface Step {
  readonly line: number;
  readonly index: number;
  readonly shown: string | undefined;
  readonly isJson: boolean;
}

/** A document as a script: what it saves and what it runs. */
export interface Walk {
  readonly name: string;
  readonly steps: readonly Step[];
  readonly saved: readonly string[];
  readonly script: readonly string[];
}

/** What a document names of the reader's own, with what a test has in its place. */
export type Place = Readonly<Record<string, string>>;

/** Reads a document whose work is done in the folder `.ambit/FOLDER` of a clone, without some of its sections. */
export function readWalk(path: string, folder: string, without: readonly string[] = []): Walk {
  const { text, blocks } = readDocument(path);
  const lines = text.split('\n');
  const steps: Step[] = [];
  const script: string[] = [];
  const saved: string[] = [];
  const entering = new RegExp(`^(mkdir -p|cd) \\.ambit/${folder}$`, 'gm');
  for (const [index, block] of blocks.entries()) {
    const title = lines.slice(0, block.line).findLast((line) => line.startsWith('## ')) ?? '';
    if (without.some((start) => title.startsWith(`## ${start}`))) continue;
    const before = lines.slice(Math.max(0, block.line - 6), block.line - 1).join('\n');
    const [, file] = SAVED.exec(`${before.split('```').at(-1)}\n`) ?? [];
    if (file) {
      script.push(`cp saved-${saved.length} ${file}`);
      saved.push(block.text);
    } else if (block.language === 'sh') {
      script.push(block.text.replace(entering, ':'), `echo; echo '${BREAK}'`);
      steps.push({ line: block.line, index: steps.length, ...answerTo(block, blocks[index + 1]) });
    }
  }
  return { name: folder, steps, saved, script };
}

/** What a document shows of a command: the next block, if it follows at once. */
function answerTo({ line, text: command }: Block, next: Block | undefined): Pick<Step, 'shown' | 'isJson'> {
  const follows = next !== undefined && next.line === line + command.split('\n').length + 2;
  return { shown: follows ? next.text : undefined, isJson: next?.language === 'json' };
}

/**
 * Does what the document says, in a folder of its own below the repository; answers what each command printed. The
 * ports 4100 to 4102 of the document become free ones, and are told as it has them; what it names of the reader's own
 * becomes what is given. The servers `$SERVER`, `$OTHER` and `$API` end with it.
 */
export async function follow({ name, saved, script }: Walk, place: Place): Promise<readonly string[]> {
  mkdirSync(join(root, '.ambit'), { recursive: true });
  const folder = mkdtempSync(join(root, '.ambit', `${name}-`));
  try {
    const ports = [
      ['4100', await freePort()],
      ['4101', await freePort()],
      ['4102', await freePort()],
    ] as const;
    const here = (part: string): string => {
      let text = part;
      for (const [own, given] of Object.entries(place)) text = text.replaceAll(own, given);
      for (const [own, given] of ports) text = text.replaceAll(new RegExp(`\\b${own}\\b`, 'g'), given);
      return text;
    };
    for (const [index, file] of saved.entries()) writeFileSync(join(folder, `saved-${index}`), here(file));
    const whole = ["trap 'kill $SERVER $OTHER $API 2> /dev/null; true' EXIT", ...script].map(here).join('\n');
    const { stdout } = await promisify(execFile)('bash', ['-c', whole], { cwd: folder, timeout: 100_000 });
    let told = stdout;
    for (const [own, given] of ports) told = told.replaceAll(new RegExp(`\\b${given}\\b`, 'g'), own);
    return told.split(`${BREAK}\n`);
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

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

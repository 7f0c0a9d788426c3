import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readDocument, section, source, tableRows } from './documents.ts';

/** The README's commands are those of the demonstration, and answer what stands below them. */

interface DemoRequest {
  readonly id: string;
  readonly title: string;
  readonly token: string;
}

interface Demonstration {
  readonly url: string;
}

type Tokens = Readonly<Record<string, string>>;

const scripts = async (name: string) =>
  import(new URL(`../../scripts/lib/${name}.mjs`, import.meta.url).href);
const { requests, curl, setVariables, tokens } = await scripts('demo');
const root = fileURLToPath(new URL('../../', import.meta.url));
const readme = readDocument('README.md');
const address = 'http://localhost:4000/graphql';
const asked = (requests as DemoRequest[]).map((request) => {
  const command: string = curl(request, { url: address, token: `$${request.token}` });
  const at = readme.blocks.findIndex(({ text }) => text === `${command}\n`);
  return { ...request, command, shown: readme.blocks[at + 1]?.text, isThere: at >= 0 };
});

describe('the README', () => {
  it('begins with the two commands', () => {
    expect(readme.blocks[0]?.text).toMatch(/^npm start\b.*\nnpm test\b.*\n$/);
  });

  it.each(asked)(
    'has the command "$title" as the demonstration has it, and an answer',
    ({ isThere, shown }) => {
      expect(isThere).toBe(true);
      expect(() => JSON.parse(shown ?? '')).not.toThrow();
    },
  );

  it('has the line that sets the variables', () => {
    const dots = Object.fromEntries(
      (tokens as { variable: string }[]).map(({ variable }) => [variable, 'ambp_…']),
    );
    expect(readme.text).toContain(setVariables.curl(dots));
  });

  it('is short', () => {
    expect(readme.text.split('\n').length).toBeLessThan(200);
  });

  it('names the only files in which the error of a denied field is made', () => {
    const [row] = tableRows(section(readme, 'Where things are')).filter(([question]) =>
      question?.includes('what error'),
    );
    for (const file of ['enforce/refusal.ts', 'enforce/objects.ts']) {
      expect(row?.[1]).toContain(file);
      expect(source(`packages/ambit/src/${file}`)).toMatch(/\bdeniedText\(/);
    }
    expect(source('packages/ambit/src/errors.ts')).toContain('export function deniedText(');
  });
});

describe.skipIf(process.platform === 'win32')(
  'the section about GitHub (its commands are written for bash)',
  () => {
    it('shows what its commands print', async () => {
      const at = readme.blocks.findIndex(({ text }) => text.startsWith('cd examples/github\n'));
      const [commands, printed] = readme.blocks.slice(at, at + 2);
      const { stdout } = await promisify(execFile)('bash', ['-c', commands?.text ?? 'false'], { cwd: root });
      // A … stands for what was left out.
      const parts = (printed?.text ?? '')
        .split('…')
        .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
      expect(stdout).toMatch(new RegExp(`^${parts.join('[^\\n]*')}$`));
    });
  },
);

describe.skipIf(process.platform === 'win32')('a command of the README (they are written for bash)', () => {
  const data = mkdtempSync(join(tmpdir(), 'ambit-readme-'));
  let running: Demonstration;
  let variables: string;

  beforeAll(async () => {
    const [{ startDemonstration, makeTokens }, { freePort }, { screen }] = await Promise.all(
      ['demonstration', 'ports', 'screen'].map(scripts),
    );
    running = await startDemonstration({ port: await freePort(4100), data, forge: 4401 });
    const made: Tokens = await makeTokens(running);
    const lines = (screen(running, made) as string).split('\n').map(withoutColour);
    variables = lines.find((line) => line.startsWith('NOTE_TOKEN=')) ?? '';
  }, 120_000);

  afterAll(async () => {
    await (await scripts('children')).stopChildren();
    rmSync(data, { recursive: true, force: true });
  });

  it.each(asked)('answers what stands below it: $title', async ({ command, shown }) => {
    const lines = `${variables}\n${command.replace(address, running.url)}`;
    const { stdout } = await promisify(execFile)('bash', ['-c', lines]);
    expect(JSON.parse(stdout)).toEqual(JSON.parse(shown ?? ''));
  });
});

function withoutColour(line: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a terminal's colours begin with one
  return line.replace(/\u001b\[\d+m/g, '');
}

import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../../packages/ambit/dist/cli/main.js', import.meta.url));

/** What a finished process left behind. */
export interface Finished {
  readonly exit: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A folder of input files, in which `ambit` is run as a process of its own. */
export class Workshop {
  readonly folder: string = mkdtempSync(join(tmpdir(), 'ambit-cli-'));

  write(name: string, text: string): string {
    writeFileSync(join(this.folder, name), text);
    return name;
  }

  read(name: string): string {
    return readFileSync(join(this.folder, name), 'utf8');
  }

  ambit(args: readonly string[], stdin = ''): Promise<Finished> {
    const child = spawn(process.execPath, [program, ...args], {
      cwd: this.folder,
      env: { ...process.env, AMBIT_DEBUG: '' },
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.stdin.on('error', () => undefined).end(stdin);
    return new Promise((resolve) => child.on('close', (exit) => resolve({ exit, stdout, stderr })));
  }

  /** Runs with `--json`; fails where stdout is anything but one JSON document. */
  async json(
    args: readonly string[],
    stdin = '',
  ): Promise<{ readonly exit: number | null; readonly json: unknown; readonly stderr: string }> {
    const { exit, stdout, stderr } = await this.ambit([...args, '--json'], stdin);
    return { exit, json: JSON.parse(stdout), stderr };
  }

  close(): void {
    rmSync(this.folder, { recursive: true });
  }
}

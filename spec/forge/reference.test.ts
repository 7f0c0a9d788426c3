import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const program = fileURLToPath(new URL('../../packages/ambit/dist/cli/main.js', import.meta.url));
const forge = fileURLToPath(new URL('../../examples/forge/', import.meta.url));

it("the page of Forge's permissions is what `ambit reference` writes, and `check` is content", async () => {
  const sources = ['--schema', 'schema.graphql', '--rules', 'rules.yml', '--permissions', 'catalog'];
  const args = [program, 'check', ...sources, '--docs', 'PERMISSIONS.md', '--json'];
  // It rejects where the command fails, and so where the page is out of date.
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: forge });
  const { findings } = JSON.parse(stdout) as { findings: { code: string; severity: string }[] };
  expect(findings.filter(({ code, severity }) => severity === 'error' || code === 'STALE_DOCS')).toEqual([]);
});

import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Fault, Patch } from './fault.ts';

/** What keeps a patch from being put in, as a sentence; undefined where nothing does. */
export function problemOf(dist: string, { file, find, replace }: Patch): string | undefined {
  const path = join(dist, file);
  if (!existsSync(path)) return `there is no built file ${file}`;
  const count = readFileSync(path, 'utf8').split(find).length - 1;
  if (count !== 1) return `${file} has \`${find}\` ${count} times, not once`;
  return find === replace ? `\`${find}\` is put in the place of itself` : undefined;
}

/**
 * Copies the built library from `dist` to `folder` with a fault in it, or with none; answers the file to import. The
 * folder has to lie in the repository, so that `graphql` is found from it.
 */
export function makeFaulty(dist: string, folder: string, fault: Fault | undefined): string {
  rmSync(folder, { recursive: true, force: true });
  cpSync(dist, folder, { recursive: true, filter: (path) => !path.endsWith('.d.ts') });
  for (const patch of fault?.patches ?? []) {
    const problem = problemOf(folder, patch);
    if (problem) throw new Error(`the fault ${fault?.id} does not fit: ${problem}`);
    const path = join(folder, patch.file);
    writeFileSync(
      path,
      readFileSync(path, 'utf8').replace(patch.find, () => patch.replace),
    );
  }
  return join(folder, 'index.js');
}

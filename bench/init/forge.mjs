import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { root } from '../../scripts/lib/root.mjs';

/** The kinds of boundary that forge's rules file names. */
export function forgeBoundaries() {
  return parse(readFileSync(join(root, 'examples', 'forge', 'rules.yml'), 'utf8')).boundaries;
}

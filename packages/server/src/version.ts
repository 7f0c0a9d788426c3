import { readFile } from 'node:fs/promises';

/** The version in the manifest, one folder above the built file. */
export async function readVersion(): Promise<string> {
  const { version } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'));
  return String(version);
}

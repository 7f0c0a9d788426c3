import { error, type Finding } from './finding.ts';

/** Whether a committed page is the one that would be written today. Line ends are as each system has them. */
export function docsFindings(actual: string, expected: string, file: string): Finding[] {
  const [found, wanted] = [lines(actual), lines(expected)];
  const at = wanted.findIndex((line, index) => line !== found[index]);
  if (at === -1 && found.length === wanted.length) return [];
  const saying = {
    code: 'STALE_DOCS',
    coordinate: '',
    message: 'the page about permissions is not what schema, rules and catalogue say now',
    fix: 'write it anew: `ambit reference` with the same options, into this file',
  };
  return [error(saying, { file, line: (at === -1 ? wanted.length : at) + 1 })];
}

function lines(text: string): string[] {
  return text.trimEnd().split(/\r?\n/);
}

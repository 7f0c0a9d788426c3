import type { GraphQLSchema } from 'graphql';
import { coordinateKind, nearestCoordinate } from '../coordinates.ts';
import type { Coverage } from '../types.ts';
import { error, type Finding } from './finding.ts';

/** One line of a to-do list: what is not marked yet. */
export interface TodoEntry {
  readonly coordinate: string;
  readonly line: number;
}

/** Findings without those that a to-do list puts off, and how many those are. */
export interface PutOff {
  readonly findings: readonly Finding[];
  readonly listed: number;
}

/** What a to-do list can put off: what is denied until it is marked. */
const UNMARKED: readonly string[] = ['UNCOVERED_TYPE', 'UNCOVERED_FIELD', 'UNCOVERED_PATH'];

/** Reads a to-do list: one coordinate a line, and `#` before what is for people. */
export function parseTodo(text: string): TodoEntry[] {
  return text.split('\n').flatMap((line, index) => {
    const coordinate = line.replace(/#.*/, '').trim();
    return coordinate === '' ? [] : [{ coordinate, line: index + 1 }];
  });
}

/** A to-do list of everything that these findings say is not marked. */
export function todoText(findings: readonly Finding[]): string {
  const coordinates = findings.filter(isUnmarked).map(({ coordinate }) => coordinate);
  return [
    '# Not marked yet, and so denied to every granular token. `ambit check --todo` puts these off and no others: take',
    '# out what you have marked, and add nothing.',
    ...[...new Set(coordinates)].sort(),
    '',
  ].join('\n');
}

/**
 * Puts off the findings that a to-do list names. A list opens nothing: what it names stays denied. An entry that puts
 * nothing off is an error, so that a list can only shrink.
 */
export function putOff(
  findings: readonly Finding[],
  entries: readonly TodoEntry[],
  {
    schema,
    file,
    settled,
  }: { readonly schema: GraphQLSchema; readonly file: string; readonly settled: Settled },
): PutOff {
  const open = new Set(findings.filter(isUnmarked).map(({ coordinate }) => coordinate));
  const seen = new Set<string>();
  const stale: Finding[] = [];
  for (const { coordinate, line } of entries) {
    if (seen.has(coordinate) || !open.has(coordinate)) {
      const message = seen.has(coordinate)
        ? `\`${coordinate}\` is listed twice`
        : whyStale(schema, coordinate, settled);
      stale.push(
        error({ code: 'STALE_TODO', coordinate, message, fix: fixOf(schema, coordinate) }, { file, line }),
      );
    }
    seen.add(coordinate);
  }
  const rest = findings.filter((one) => !isUnmarked(one) || !seen.has(one.coordinate));
  return { findings: [...stale, ...rest], listed: [...open].filter((one) => seen.has(one)).length };
}

/** What settles everything at once, where something does. */
export interface Settled {
  readonly coverage: Coverage;
  readonly rest: 'deny' | undefined;
}

function isUnmarked({ code }: Finding): boolean {
  return UNMARKED.includes(code);
}

function whyStale(schema: GraphQLSchema, coordinate: string, { coverage, rest }: Settled): string {
  if (coordinateKind(schema, coordinate) === undefined) return `\`${coordinate}\` is nothing in this schema`;
  if (rest === 'deny')
    return `\`${coordinate}\` has nothing to wait for: \`rest: deny\` settles what no rule names`;
  if (coverage === 'open')
    return `\`${coordinate}\` is not denied: under \`coverage: open\` whatever is not marked is public`;
  return `\`${coordinate}\` is marked by now, or needs no mark of its own`;
}

function fixOf(schema: GraphQLSchema, coordinate: string): string {
  const near =
    coordinateKind(schema, coordinate) === undefined ? nearestCoordinate(schema, coordinate) : undefined;
  return near === undefined
    ? 'take the line out of the to-do list'
    : `did you mean \`${near}\`? Else take the line out`;
}

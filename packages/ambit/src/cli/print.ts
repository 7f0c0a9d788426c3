import { AmbitError } from '../errors.ts';

// What a terminal acts upon, or shows other than where it stands; tabs and ends of lines are part of the layout.
const UNPRINTABLE = /(?![\n\t])[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** Text for people: what is not printable is shown as its number, which JSON reads as the same character. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, escapeOf);
}

/** The same for one line: whoever reads a log takes what begins a line for a message of its own. */
export function printableLine(text: string): string {
  return printable(text).replace(/\n/g, escapeOf);
}

function escapeOf(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** `file:line: `, as editors and CI make links of it; nothing where neither is known. */
export function placeText({
  file,
  line,
}: {
  readonly file?: string | undefined;
  readonly line?: number | undefined;
}): string {
  if (file === undefined) return line === undefined ? '' : `line ${line}: `;
  return line === undefined ? `${file}: ` : `${file}:${line}: `;
}

/** What went wrong, as the document that `--json` prints. */
export function failureJson(error: unknown): { readonly error: Readonly<Record<string, unknown>> } {
  if (!(error instanceof AmbitError)) return { error: { code: 'DEFECT', message: defectText(error) } };
  const { code, message, file, line, suggestion } = error;
  return {
    error: {
      code,
      message,
      ...(file === undefined ? {} : { file }),
      ...(line === undefined ? {} : { line }),
      ...(suggestion === undefined ? {} : { suggestion }),
    },
  };
}

/** What went wrong, for people. */
export function failureText(error: unknown): string {
  if (!(error instanceof AmbitError)) return `ambit: ${printableLine(defectText(error))}`;
  const where = error.file !== undefined && error.message.includes(error.file) ? '' : placeText(error);
  const advice =
    error.suggestion === undefined ? [] : [`  ${printableLine(suggestionText(error.suggestion))}`];
  return [`ambit: ${printableLine(`${where}${error.message}`)}`, ...advice].join('\n');
}

/** A suggestion is a name, or says what to do in words. */
function suggestionText(suggestion: string): string {
  return /^\S+$/.test(suggestion) ? `did you mean \`${suggestion}\`?` : suggestion;
}

function defectText(error: unknown): string {
  const what = error instanceof Error ? error.message : String(error);
  return `this is a defect of ambit, not of your input: ${what}; AMBIT_DEBUG=1 shows where`;
}

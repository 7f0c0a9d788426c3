import { AmbitError } from '../errors.ts';

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
  if (!(error instanceof AmbitError)) return `ambit: ${defectText(error)}`;
  const where = error.file !== undefined && error.message.includes(error.file) ? '' : placeText(error);
  return `ambit: ${where}${error.message}${error.suggestion === undefined ? '' : `\n  ${suggestionText(error.suggestion)}`}`;
}

/** A suggestion is a name, or says what to do in words. */
function suggestionText(suggestion: string): string {
  return /^\S+$/.test(suggestion) ? `did you mean \`${suggestion}\`?` : suggestion;
}

function defectText(error: unknown): string {
  const what = error instanceof Error ? error.message : String(error);
  return `this is a defect of ambit, not of your input: ${what}; AMBIT_DEBUG=1 shows where`;
}

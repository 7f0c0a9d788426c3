/** An error of an answer, as far as a check looks at it. */
export interface AnswerError {
  readonly message: string;
  readonly code: string | undefined;
  readonly path: readonly (string | number)[];
  /** What the error says is missing, by name: raw permissions, scopes and policies. */
  readonly missing: readonly string[];
  /** All that it says besides its message and its code, as JSON. */
  readonly details: string;
}

/** An answer as a check reads it: plain JSON, whoever made it. For a subscription, its first event. */
export interface Answer {
  readonly data: Readonly<Record<string, unknown>> | null;
  readonly errors: readonly AnswerError[];
  /** Why there is no answer at all; such a silence keeps no promise. */
  readonly broken?: string;
  /** Data and errors as JSON, without the places in the document: what two answers have to share to be alike. */
  readonly whole: string;
}

/** What a stream is read as that brought nothing. */
const SILENCE = 'the stream ended without an event';

/** How long an event may take. What is outside is never sent, so somebody has to stop waiting. */
const EVENT_MS = 1_000;
const LATE = `no event came within ${EVENT_MS} milliseconds`;

/** Runs `ask` and reads what comes of it. What throws, and what is no answer, is an answer with an error that says so. */
export async function answerFrom(ask: () => unknown, stir: (() => unknown) | undefined): Promise<Answer> {
  try {
    const result = await ask();
    return readAnswer(isStream(result) ? await firstEvent(result, stir) : result);
  } catch (error) {
    return problem(`asking it threw: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Whether an error is the kit's own word for a stream that brought nothing. */
export function isSilence({ message }: AnswerError): boolean {
  return message === LATE || message === SILENCE;
}

function isStream(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}

async function firstEvent(
  stream: AsyncIterable<unknown>,
  stir: (() => unknown) | undefined,
): Promise<unknown> {
  const iterator = stream[Symbol.asyncIterator]();
  const event = iterator.next();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), EVENT_MS);
  });
  try {
    // One turn, so that whoever listens listens before there is something to hear.
    await new Promise((resume) => setTimeout(resume, 0));
    await stir?.();
    const first = await Promise.race([event, late]);
    if (first === undefined) return { errors: [{ message: LATE }] };
    return first.done === true ? { errors: [{ message: SILENCE }] } : first.value;
  } finally {
    clearTimeout(timer);
    await iterator.return?.();
  }
}

function readAnswer(result: unknown): Answer {
  const plain = plainOf(result);
  if (!isRecord(plain) || !('data' in plain || 'errors' in plain))
    return problem(`what came is no answer of GraphQL: ${shortened(plain)}`);
  const errors = Array.isArray(plain['errors']) ? plain['errors'].map(readError) : [];
  const data = isRecord(plain['data']) ? plain['data'] : null;
  return { data, errors, whole: JSON.stringify({ ...plain, data, errors: errorsOf(plain) }) };
}

function errorsOf({ errors }: Readonly<Record<string, unknown>>): unknown {
  if (!Array.isArray(errors)) return [];
  return errors.map((error) => (isRecord(error) ? { ...error, locations: undefined } : error));
}

function readError(error: unknown): AnswerError {
  const { message, extensions, path, locations: _, ...further } = isRecord(error) ? error : {};
  const { code, missing, ...others } = isRecord(extensions) ? extensions : {};
  return {
    message: typeof message === 'string' ? message : shortened(error),
    code: typeof code === 'string' ? code : undefined,
    path: Array.isArray(path) ? path : [],
    missing: (Array.isArray(missing) ? missing : []).flatMap(namesIn),
    details: JSON.stringify({ ...further, ...others }),
  };
}

function namesIn(need: unknown): string[] {
  const names = isRecord(need) ? [need['permission'], need['policy']] : [need];
  return names.filter((name) => typeof name === 'string');
}

function problem(message: string): Answer {
  const error = { message, code: undefined, path: [], missing: [], details: '{}' };
  return { data: null, errors: [error], broken: message, whole: message };
}

function plainOf(value: unknown): unknown {
  const text = JSON.stringify(value);
  return text === undefined ? undefined : JSON.parse(text);
}

/** Whether a value has members by name. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A value in a sentence: JSON, cut where it is long. */
export function shortened(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 200 ? `${text.slice(0, 200)} ...` : text;
}

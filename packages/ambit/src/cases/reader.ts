import { type Document, isAlias, isNode, LineCounter, parseDocument } from 'yaml';
import { nearest } from '../coordinates.ts';
import { AmbitError } from '../errors.ts';
import { yamlMistake } from '../yamlmistake.ts';

/** A few aliases save people writing; many make a small file a huge one. */
const MAX_ALIASES = 100;

type Path = readonly (string | number)[];

/** One value of a case file, with where it stands: every complaint names file and line. */
export class Reader {
  readonly value: unknown;
  readonly file: string;
  readonly #path: Path;
  readonly #lineOf: (path: Path) => number | undefined;

  private constructor(value: unknown, file: string, path: Path, lineOf: (path: Path) => number | undefined) {
    this.value = value;
    this.file = file;
    this.#path = path;
    this.#lineOf = lineOf;
  }

  /** Parses YAML or JSON. @throws AmbitError BAD_CASES */
  static parse(text: string, file: string): Reader {
    const counter = new LineCounter();
    const document = parseDocument(text, { lineCounter: counter, uniqueKeys: true, logLevel: 'error' });
    // Also what YAML only warns of, such as a tag that it does not know and leaves out.
    const [problem] = [...document.errors, ...document.warnings];
    if (problem) {
      throw new AmbitError('BAD_CASES', `the case file is no valid YAML: ${yamlMistake(problem.code)}`, {
        file,
        line: problem.linePos?.[0].line,
      });
    }
    const lineOf = (path: Path): number | undefined => {
      const node = document.getIn(path, true);
      const offset = isNode(node) && !isAlias(node) ? node.range?.[0] : undefined;
      return offset === undefined ? undefined : counter.linePos(offset).line;
    };
    return new Reader(plainValue(document, file), file, [], lineOf);
  }

  /** A value that comes from elsewhere; complaints name that place. */
  static of(value: unknown, place: string): Reader {
    return new Reader(value, place, [], () => undefined);
  }

  /** The line on which the value begins. */
  get line(): number | undefined {
    return this.#lineOf(this.#path);
  }

  /** A member; its value is undefined where there is none. */
  at(key: string | number): Reader {
    const value = isRecord(this.value) && Object.hasOwn(this.value, key) ? this.value[key] : undefined;
    return new Reader(value, this.file, [...this.#path, key], this.#lineOf);
  }

  /** The items of a list. */
  items(what: string): Reader[] {
    if (!Array.isArray(this.value)) throw this.bad(`${what} has to be a list`);
    return this.value.map(
      (item: unknown, index) => new Reader(item, this.file, [...this.#path, index], this.#lineOf),
    );
  }

  /** A mapping that has no keys but these. */
  mapping(what: string, known?: readonly string[]): Record<string, unknown> {
    if (!isRecord(this.value)) throw this.bad(`${what} has to be a mapping`);
    for (const key of Object.keys(this.value)) {
      if (!known || known.includes(key)) continue;
      throw this.at(key).bad(
        `\`${key}\` is no known key of ${what}; known are ${known.join(', ')}`,
        nearest(key, known),
      );
    }
    return this.value;
  }

  /** A text, or undefined where there is none. */
  text(what: string): string | undefined {
    if (this.value === undefined || typeof this.value === 'string') return this.value;
    throw this.bad(`${what} has to be a text`);
  }

  /** One of a few words, or undefined where there is none. */
  word<Word extends string>(what: string, words: readonly Word[]): Word | undefined {
    const found = words.find((word) => word === this.value);
    if (found !== undefined || this.value === undefined) return found;
    const shown = JSON.stringify(this.value);
    throw this.bad(
      `${what} has to be ${words.join(' or ')}; found ${shown}`,
      nearest(String(this.value), words),
    );
  }

  /** What is wrong here. */
  bad(message: string, suggestion?: string): AmbitError {
    return new AmbitError('BAD_CASES', message, { file: this.file, line: this.line, suggestion });
  }
}

function plainValue(document: Document.Parsed, file: string): unknown {
  try {
    return document.toJS({ maxAliasCount: MAX_ALIASES });
  } catch {
    throw new AmbitError('BAD_CASES', 'the aliases of the case file lead nowhere or stand for too much', {
      file,
    });
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

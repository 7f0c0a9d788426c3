import type { BoundaryKey, BoundaryKinds, Ground } from './boundarykinds.ts';
import { readPlace } from './placeline.ts';
import { type PlaceTable, textOf } from './placesource.ts';

/** What was told about one place: in a box, so that neither an error nor a promise in it is taken for anything else. */
export interface ToldPlace {
  readonly answer: unknown;
}

/** Asks about one place; batches are for whoever asks to make. Never rejects: what goes wrong answers null. */
export type AskPlace = (kind: string, identity: string) => Promise<ToldPlace>;

/** Where an atlas gets its answers. */
export interface AtlasOptions {
  /** Made anew whenever everything has to be asked again, so that no answer outlives it. */
  readonly asking: () => AskPlace;
  /** Told of an answer that is not understood. */
  readonly report: (problem: string) => void;
}

/** An identity that was looked for and is not known yet. */
export interface WantedPlace {
  readonly kind: string;
  readonly identity: string;
}

const NONE: readonly WantedPlace[] = [];

/**
 * What one request knows of places whose kinds have a source. Made for one credential and one request, and never
 * handed to another. It answers at once: what it does not know it notes as wanted, and whoever waits has it loaded.
 */
export class Atlas implements Ground {
  readonly #kinds: BoundaryKinds;
  readonly #table: PlaceTable;
  readonly #options: AtlasOptions | undefined;
  readonly #keys = new Map<string, BoundaryKey | null>();
  readonly #lines = new Map<BoundaryKey, readonly BoundaryKey[]>();
  readonly #wanted = new Map<string, WantedPlace>();
  #ask: AskPlace | undefined;

  private constructor(kinds: BoundaryKinds, table: PlaceTable, options: AtlasOptions | undefined) {
    this.#kinds = kinds;
    this.#table = table;
    this.#options = options;
  }

  /** Knows what is in `table`: there a kind stands with all of its places, and other kinds are not known. */
  static of(kinds: BoundaryKinds, table: PlaceTable | undefined): Atlas {
    const isTable = typeof table === 'object' && table !== null;
    return new Atlas(kinds, isTable ? table : {}, undefined);
  }

  /** Knows nothing yet, and can ask. */
  static asking(kinds: BoundaryKinds, options: AtlasOptions): Atlas {
    return new Atlas(kinds, {}, options);
  }

  /** The key of the place that an identity names; null where it names none, undefined where that is not known yet. */
  find(kind: string, identity: unknown): BoundaryKey | null | undefined {
    if (!this.#kinds.isAsked(kind)) return this.#kinds.key(kind, identity) ?? null;
    const text = textOf(identity);
    if (text === undefined) return null;
    const at = JSON.stringify([kind, text]);
    const known = this.#keys.get(at);
    if (known !== undefined) return known;
    if (Object.hasOwn(this.#table, kind)) return this.#told(kind, text);
    this.#wanted.set(at, { kind, identity: text });
    return undefined;
  }

  key(kind: string, identity: unknown): BoundaryKey | undefined {
    return this.find(kind, identity) ?? undefined;
  }

  canName(kind: string, identity: unknown): boolean {
    return this.#kinds.canName(kind, identity);
  }

  lineage(key: BoundaryKey): readonly BoundaryKey[] {
    return this.#lines.get(key) ?? this.#kinds.lineage(key);
  }

  canContain(upper: string, lower: string): boolean {
    return this.#kinds.canContain(upper, lower);
  }

  get kinds(): readonly string[] {
    return this.#kinds.names();
  }

  get granularOnly(): ReadonlySet<BoundaryKey> | 'everywhere' {
    const { keys, asked } = this.#kinds.granularPlaces;
    const found = asked.map(({ kind, identity }) => this.key(kind, identity));
    return found.includes(undefined) ? 'everywhere' : new Set([...keys, ...(found as BoundaryKey[])]);
  }

  /** Whether something was looked for that is not known. */
  get isWanting(): boolean {
    return this.#wanted.size > 0;
  }

  /** What was looked for and is not known; asked for by whoever takes it. */
  takeWanted(): readonly WantedPlace[] {
    if (this.#wanted.size === 0) return NONE;
    const wanted = [...this.#wanted.values()];
    this.#wanted.clear();
    return wanted;
  }

  /** Has places loaded; afterwards each is known, if only as none. */
  async load(wanted: readonly WantedPlace[]): Promise<void> {
    this.#ask ??= this.#options?.asking();
    const ask = this.#ask;
    await Promise.all(
      wanted.map(async ({ kind, identity }) => {
        const told = await ask?.(kind, identity);
        // Answers to what was asked before everything was forgotten are about a world that is gone.
        if (ask === this.#ask) this.#put(kind, identity, told?.answer);
      }),
    );
  }

  /** Forgets every answer: something ran that may have moved, renamed or removed places. */
  forget(): void {
    this.#keys.clear();
    this.#lines.clear();
    this.#wanted.clear();
    this.#ask = undefined;
  }

  #told(kind: string, text: string): BoundaryKey | null {
    const places: unknown = this.#table[kind];
    const isThere = typeof places === 'object' && places !== null && Object.hasOwn(places, text);
    return this.#put(kind, text, isThere ? (places as Record<string, unknown>)[text] : null);
  }

  #put(kind: string, identity: string, answer: unknown): BoundaryKey | null {
    const at = JSON.stringify([kind, identity]);
    const known = this.#keys.get(at);
    if (known !== undefined) return known;
    const line = answer === null || answer === undefined ? null : this.#read(kind, answer);
    const [key] = line ?? [];
    if (line === undefined)
      this.#options?.report(`the answer about the ${kind} \`${identity}\` is not understood`);
    this.#keys.set(at, key ?? null);
    if (line && key !== undefined) this.#lines.set(key, line);
    return key ?? null;
  }

  /** One place has one way up: a second answer that says otherwise is not understood. */
  #read(kind: string, answer: unknown): readonly BoundaryKey[] | undefined {
    try {
      const line = readPlace(this.#kinds, kind, answer);
      const earlier = line?.[0] === undefined ? undefined : this.#lines.get(line[0]);
      const isSame = earlier === undefined || JSON.stringify(earlier) === JSON.stringify(line);
      return isSame ? line : undefined;
    } catch {
      return undefined;
    }
  }
}

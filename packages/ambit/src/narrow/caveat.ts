import { NarrowError } from './errors.ts';

/** A place in a caveat: one object of a kind with everything below it, or a kind that no object names. */
export type CaveatBoundary = 'user' | 'instance' | { readonly [kind: string]: string };

/**
 * What narrows a credential: everything that is given has to hold, over all of its caveats. The vocabulary is closed:
 * a caveat that is not understood to its last word, or that says nothing, bars the credential from everything.
 */
export interface Caveat {
  /** Root fields that may run: `query:name`, `mutate:name`, `subscribe:name`, or `*` for every name. No other one may. */
  readonly operations?: readonly string[];
  /** Assignable permissions that are left, also of what coarse and narrow scopes carry. Without `scopes` no other scope holds. */
  readonly permissions?: readonly string[];
  /** Scopes that are left, compared byte by byte. Without `permissions` no granular grant holds. */
  readonly scopes?: readonly string[];
  /** Places in which, and below which, permissions are left, also those that coarse and narrow scopes carry. */
  readonly boundaries?: readonly CaveatBoundary[];
  /** No mutation runs. */
  readonly readOnly?: true;
  /** ISO 8601 instant, `2027-01-31T12:00:00Z`; at or after it the credential holds nothing. */
  readonly expires?: string;
  /**
   * Networks of the client, `10.1.0.0/16` or `2001:db8::/32`; one of them has to hold its address. Checked, and taken
   * out, by whoever has the connection; the engine bars it.
   */
  readonly address?: readonly string[];
  /** For people and the audit; narrows nothing. */
  readonly label?: string;
}

type Reader = (value: unknown, key: string) => unknown;

const OPERATION = /^(?:query|mutate|subscribe):(?:\*|[_A-Za-z][_0-9A-Za-z]*)$/;
const INSTANT = /^(\d{4})-(\d\d)-(\d\d)T\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/;
const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/;
const PLACES: readonly unknown[] = ['user', 'instance'];
// What has no business in a name, and would not show where it stands: control characters, separators of lines,
// controls of direction, and halves of surrogate pairs.
const UNPRINTABLE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;

/** The closed vocabulary: every key with what it takes. */
const VOCABULARY: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['operations', listOf(operation)],
  ['permissions', listOf(text)],
  ['scopes', listOf(text)],
  ['boundaries', listOf(boundary)],
  ['readOnly', readOnly],
  ['expires', instant],
  ['address', listOf(network)],
  ['label', text],
]);

/**
 * A caveat out of any value, with nothing in it but what is known.
 * Throws `NarrowError` `CAVEAT_INVALID` for an unknown key, a wrong type, an empty list, or nothing at all.
 */
export function checkCaveat(value: unknown): Caveat {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new NarrowError('CAVEAT_INVALID', `A caveat has to be an object; found ${found(value)}.`);
  }
  const given = Object.entries(value).filter(([, part]) => part !== undefined);
  if (given.length === 0) {
    throw new NarrowError('CAVEAT_INVALID', 'A caveat has to say something; found an empty one.', KNOWN_KEYS);
  }
  const entries = given.map(([key, part]) => {
    const read = VOCABULARY.get(key);
    if (read !== undefined) return [key, read(part, key)] as const;
    throw new NarrowError('CAVEAT_INVALID', `${shown(key)} is no key of a caveat.`, KNOWN_KEYS);
  });
  return Object.fromEntries(entries);
}

const KNOWN_KEYS = `The keys are ${[...VOCABULARY.keys()].join(', ')}.`;

function listOf(read: Reader): Reader {
  return (value, key) => {
    if (!Array.isArray(value) || value.length === 0) throw wrong(key, 'a list that is not empty', value);
    return Array.from(value, (item: unknown) => read(item, key));
  };
}

function text(value: unknown, key: string): string {
  if (typeof value === 'string' && value !== '' && !UNPRINTABLE.test(value)) return value;
  throw wrong(key, 'printable text that is not empty', value);
}

function operation(value: unknown, key: string): string {
  if (typeof value === 'string' && OPERATION.test(value)) return value;
  throw wrong(key, 'query:NAME, mutate:NAME or subscribe:NAME, with a field or * as the name', value);
}

function boundary(value: unknown, key: string): CaveatBoundary {
  if (PLACES.includes(value)) return value as CaveatBoundary;
  const entries =
    typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : [];
  const [only] = entries;
  if (only === undefined || entries.length > 1 || only[0] === '__proto__') {
    throw wrong(key, 'user, instance, or one kind with one object, such as { "project": "acme/web" }', value);
  }
  const identity = text(only[1], key);
  if (/^<.*>$/.test(identity)) throw wrong(key, 'a real object in the place of <...>', identity);
  return { [text(only[0], key)]: identity };
}

function readOnly(value: unknown, key: string): true {
  if (value === true) return true;
  throw wrong(key, 'true, or left out', value);
}

function instant(value: unknown, key: string): string {
  const match = typeof value === 'string' ? INSTANT.exec(value) : null;
  if (match !== null && !Number.isNaN(Date.parse(match[0])) && isDay(match)) return match[0];
  throw wrong(key, 'an instant such as 2027-01-31T12:00:00Z', value);
}

// Some engines read the 30th of February as a day in March.
function isDay([, year, month, day]: RegExpExecArray): boolean {
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  return date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day);
}

function network(value: unknown, key: string): string {
  const [, address = '', bits = ''] = /^([0-9A-Fa-f.:]+)\/(0|[1-9]\d{0,2})$/.exec(String(value)) ?? [];
  const most = IPV4.test(address) ? 32 : isIpv6(address) ? 128 : -1;
  if (typeof value === 'string' && bits !== '' && Number(bits) <= most) return value;
  throw wrong(key, 'a network such as 10.1.0.0/16 or 2001:db8::/32', value);
}

function isIpv6(address: string): boolean {
  return address.includes(':') && URL.canParse(`http://[${address}]/`);
}

/** An address by itself as the network that holds it alone; anything else as it is. */
export function networkOf(address: string): string {
  if (IPV4.test(address)) return `${address}/32`;
  return isIpv6(address) ? `${address}/128` : address;
}

function wrong(key: string, wanted: string, value: unknown): NarrowError {
  return new NarrowError('CAVEAT_INVALID', `\`${key}\` takes ${wanted}; found ${found(value)}.`);
}

function found(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (typeof value === 'string') return shown(value);
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

// A text in the wrong place may be the token itself, and anything may be in it.
function shown(value: string): string {
  if (/amb[a-z]_/.test(value) || value.length > 100) return 'a text that is not shown here';
  return UNPRINTABLE.test(value) ? 'a text that is not printable' : JSON.stringify(value);
}

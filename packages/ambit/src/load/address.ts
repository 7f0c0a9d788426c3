import { getIntrospectionQuery } from 'graphql';
import { AmbitError } from '../errors.ts';

/** Seconds that an address has to answer introspection. */
const INTROSPECTION_SECONDS = 30;

/** Whether a place is an address, and no path. */
export function isAddress(place: string): boolean {
  return /^\s*https?:/i.test(place);
}

/** A place as people may see it: what follows the path of an address may be a secret, and so may a user in it. */
export function shownPlace(place: string): string {
  if (!isAddress(place)) return place;
  if (!URL.canParse(place)) return 'the address';
  const { origin, pathname } = new URL(place);
  return `${origin}${pathname}`;
}

/** What an API answers to introspection. @throws AmbitError UNREADABLE, in words that repeat no more than the path */
export async function introspect(address: string): Promise<unknown> {
  const place = shownPlace(address);
  if (!URL.canParse(address)) throw new AmbitError('UNREADABLE', `${place} is no address that can be called`);
  const { username, password } = new URL(address);
  if (username !== '' || password !== '') {
    throw new AmbitError('UNREADABLE', `a user or a password stands in the address ${place}`, {
      suggestion: 'fetch the schema with your own client, and give the file',
    });
  }
  const text = await asked(address, place);
  try {
    return JSON.parse(text);
  } catch {
    throw new AmbitError('UNREADABLE', `${place} did not answer introspection: its answer is no JSON`);
  }
}

async function asked(address: string, place: string): Promise<string> {
  try {
    const response = await fetch(address, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify({ query: getIntrospectionQuery() }),
      signal: AbortSignal.timeout(INTROSPECTION_SECONDS * 1000),
    });
    return await response.text();
  } catch (error) {
    const isLate = error instanceof Error && error.name === 'TimeoutError';
    const why = isLate ? `it took longer than ${INTROSPECTION_SECONDS} seconds` : 'it cannot be reached';
    throw new AmbitError('UNREADABLE', `${place} did not answer introspection: ${why}`);
  }
}

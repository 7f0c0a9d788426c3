import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

import { z } from 'zod';

import { ServerError } from '../errors.ts';
import { readByShape, sentenceOf } from '../mistakes.ts';
import type { StoredPerson } from '../store/people.ts';
import { encodeBase62 } from '../tokens/base62.ts';

/** A person as the admin API shows them. */
export interface ListedPerson {
  readonly id: string;
  readonly name: string;
  readonly subject: string;
  readonly isAdmin: boolean;
  /** Where they sign in: the issuer's address, or `here` with a password. */
  readonly signsInAt: string;
  readonly mustChangePassword: boolean;
  readonly createdAt: string;
  readonly status: 'active' | 'disabled';
}

const NAME_RULE =
  'must be 1 to 64 lower-case letters, digits or any of . _ @ + -, with a letter or digit first';

/** What a person is made of. The name is what is typed at sign-in, so it holds nothing that looks like something else. */
export const personShape: z.ZodType<PersonRequest> = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9._@+-]{0,63}$/, NAME_RULE),
  subject: z
    .string()
    .max(255)
    .regex(/^[\x21-\x7e]+$/, 'must be printable ASCII without spaces')
    .refine((text) => !isPersonId(text), 'must not look like the id of a person')
    .optional(),
  isAdmin: z.boolean().optional(),
});

export interface PersonRequest {
  readonly name: string;
  /** What the API knows them by; their name where it is left out. */
  readonly subject?: string | undefined;
  readonly isAdmin?: boolean | undefined;
}

/** A request for a person out of what came from outside. Throws `ServerError` `INPUT_INVALID` with every mistake. */
export function parsePersonRequest(value: unknown): PersonRequest {
  const parsed = readByShape(personShape, value);
  if (parsed.success) return parsed.data;
  const sentences = parsed.error.issues.map((issue) => `${sentenceOf(issue)}.`);
  throw new ServerError(
    'INPUT_INVALID',
    `This is no request for a person. ${sentences.join(' ')}`,
    'Send { "name": "alice", "subject"?: "alice", "isAdmin"?: false }.',
  );
}

export function listedPerson(person: StoredPerson): ListedPerson {
  const { id, name, subject, isAdmin, issuer, mustChangePassword, createdAt, disabledAt } = person;
  return {
    id,
    name,
    subject,
    isAdmin,
    signsInAt: issuer ?? 'here',
    mustChangePassword,
    createdAt: createdAt.toISOString(),
    status: disabledAt === undefined ? 'active' : 'disabled',
  };
}

/** A new id: `per_` and 128 random bits. */
export function newPersonId(): string {
  return `per_${encodeBase62(randomBytes(16), 22)}`;
}

export function isPersonId(text: string): boolean {
  return /^per_[0-9A-Za-z]{22}$/.test(text);
}

/**
 * What a browser keeps once somebody has signed in there with a password, so that a flood of wrong passwords from
 * elsewhere does not hold up its owner. It opens nothing, and a new password makes it void.
 */
export function browserMark(person: StoredPerson): string {
  return createHmac('sha256', person.passwordHash ?? '')
    .update(`ambit known browser ${person.id}`)
    .digest('base64url');
}

export function isBrowserMark(mark: string | undefined, person: StoredPerson | undefined): boolean {
  if (mark === undefined || person?.passwordHash === undefined) return false;
  return timingSafeEqual(sha256(mark), sha256(browserMark(person)));
}

function sha256(text: string): Uint8Array {
  return createHash('sha256').update(text).digest();
}

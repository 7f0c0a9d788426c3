import type { Grants } from '../types.ts';
import type { Memberships } from './facts.ts';

type Eventually<T> = T | Promise<T>;

/**
 * Tells of which boundaries subjects are members: one answer for each subject, in their order, null where nobody knows
 * of any. Asked at most once per request, and never for two credentials together. In process `context` is the
 * request's context value, in the gateway its `Request`.
 */
export type MembershipSource = (
  subjects: readonly string[],
  context: unknown,
) => Eventually<readonly (Memberships | null | undefined)[]>;

/** A source of memberships, and how far it counts. */
export interface MembershipOptions {
  readonly source: MembershipSource;
  /** Whether every granular grant counts only where the subject is a member too. Default false. */
  readonly limits?: boolean | undefined;
}

/** Whether granular tokens are on; asked with the subject of a token that has granular parts, once per request. */
export type GranularSwitch = (subject: string | undefined, context: unknown) => Eventually<boolean>;

/**
 * Answers the policies that an operation asks for, all in one call and before anything is decided. Anything but
 * `true` under a name denies it.
 */
export type PolicySource = (
  asked: readonly string[],
  credential: Grants,
  context: unknown,
) => Eventually<Readonly<Record<string, boolean>>>;

/** What a source was asked for when it failed; `audit` is the hook that is told of operations. */
export type SourceName = 'memberships' | 'granular' | 'policies' | 'places' | 'audit';

/** Told of every source that threw, was late or was not understood, after the answer was settled without it. */
export type ErrorHook = (error: unknown, source: SourceName) => void;

/** What an engine is told from outside, per request. */
export interface Sources {
  readonly memberships?: MembershipSource | MembershipOptions | undefined;
  readonly granular?: boolean | GranularSwitch | undefined;
  readonly policies?: PolicySource | undefined;
  /** Milliseconds that a source has to answer; what is later counts as not answered. Default 1,000. */
  readonly sourceMs?: number | undefined;
  readonly onError?: ErrorHook | undefined;
}

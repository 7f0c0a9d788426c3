import type { OperationTypeNode } from 'graphql';
import type { GrantBoundary, Grants, GranularGrant } from '../types.ts';
import type { OpenWorld, Question } from './world.ts';

/** A list of which a token sees some items and others not. */
export interface ListPromise {
  /** Path of the list, in response keys: `group.projects.nodes`. */
  readonly at: string;
  /** Whether an item, as it is answered, lies in the boundary. */
  readonly inside: (item: Readonly<Record<string, unknown>>) => boolean;
  /** Whether the list answers its argument item by item, so that null stands for what lies outside. Default false. */
  readonly keepsPlaces?: boolean | undefined;
}

/** A permission by the name under which it is granted, where errors name another: the raw one in its bundle. */
export interface BundledPermission {
  readonly granted: string;
  readonly named: string;
}

/** An operation, what carries it and where, and what is known of its surroundings. */
export interface GranularAccess extends Question {
  readonly open: OpenWorld;
  /** The same with granular tokens switched off. */
  readonly openSwitchedOff?: OpenWorld | undefined;
  /** On whose behalf the tokens act. */
  readonly subject?: string | undefined;
  /** All permissions that the operation needs in `boundary`; each is left out once. */
  readonly permissions: readonly (string | BundledPermission)[];
  /** Where the object lies: what a grant names. */
  readonly boundary: GrantBoundary;
  /** What else the operation needs, in other places. Every token holds it. */
  readonly besides?: readonly GranularGrant[] | undefined;
  /** A place of the same kind in which the object does not lie. */
  readonly elsewhere?: GrantBoundary | undefined;
  /**
   * The same operation aimed at what does not exist: what of it differs, as other `variables`. In another place the
   * answer has to be the same as to this one, byte for byte.
   */
  readonly nowhere?: Partial<Question> | undefined;
  /**
   * Paths of objects that a token for another place is shown around nothing, since it holds something in them: as
   * `group` or `group.projects.nodes`. Default none.
   */
  readonly passed?: readonly string[] | undefined;
  /** Paths at which may be read what is withheld at another one without a permission. Default none. */
  readonly repeats?: readonly string[] | undefined;
  /** A place above: a grant there reaches down. */
  readonly parent?: GrantBoundary | undefined;
  /** A place below: a grant there does not reach up. */
  readonly below?: GrantBoundary | undefined;
  /** A list whose items lie in different places. */
  readonly list?: ListPromise | undefined;
  /**
   * Whether an interface or a union hides which type is denied: without its permission an object then looks as if it
   * were not there, and no error need say why. Default false.
   */
  readonly isAbstract?: boolean | undefined;
  /** Whether the world's `state` is looked at, which must not change by what is refused. Default: of mutations. */
  readonly effects?: boolean | undefined;
  /** Paths of which the value differs each time, such as `createIssue.issue.createdAt`. */
  readonly varies?: readonly string[] | undefined;
}

/** What the checks of one operation share. */
export interface Subject {
  readonly given: GranularAccess;
  readonly verb: `${OperationTypeNode}`;
  readonly permissions: readonly BundledPermission[];
  /** What holds these permissions in a place, and what is held besides. */
  readonly holding: (permissions: readonly BundledPermission[], boundary: GrantBoundary) => Grants;
}

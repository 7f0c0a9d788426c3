/** What `ambit init` proposes, as data. Nothing here runs. */

/** One entry of permissions, as a rules file has it. */
export interface ProposedEntry {
  readonly names: readonly string[];
  readonly boundaryType: string;
  readonly boundary?: string;
  readonly boundaryArgument?: string;
  readonly group?: string;
}

/** The part of the rules file in which a rule stands. */
export type Section = 'objects' | 'values' | 'fields' | 'queries' | 'mutations' | 'inputs' | 'subscriptions';

/** A rule at one coordinate; exactly one of the three keys is there. */
export interface ProposedRule {
  readonly coordinate: string;
  readonly section: Section;
  readonly permissions?: readonly ProposedEntry[];
  readonly inherits?: true;
  readonly public?: true;
}

/** A kind of boundary: what objects of `type` are, identified by their leaf `identity`. */
export interface ProposedKind {
  readonly name: string;
  readonly type: string;
  readonly identity: string;
  readonly parent?: string;
}

/** A raw permission, with the kinds of boundary in which rules ask for it. */
export interface ProposedPermission {
  readonly name: string;
  readonly action: string;
  readonly resource: string;
  readonly description: string;
  readonly kinds: readonly string[];
}

/** An assignable permission. */
export interface ProposedBundle {
  readonly name: string;
  readonly category: string;
  readonly action: string;
  readonly resource: string;
  readonly description: string;
  readonly permissions: readonly string[];
  readonly boundaries: readonly string[];
}

/** Something of which the proposal is not sure. Questions of one topic are put together. */
export interface Question {
  readonly topic: Topic;
  readonly coordinate: string;
  /** What is proposed, in a few words; without it the topic says all. */
  readonly proposed?: string;
}

export type Topic =
  | 'kinds'
  | 'near kinds'
  | 'nesting'
  | 'unplaced types'
  | 'several places'
  | 'people'
  | 'owned'
  | 'unplaced mutations'
  | 'named otherwise'
  | 'unplaced ids'
  | 'guessed ids'
  | 'one of two places'
  | 'unchecked arguments'
  | 'optional place'
  | 'root fields'
  | 'public'
  | 'sensitive'
  | 'counts'
  | 'weighty inputs'
  | 'values'
  | 'shared names'
  | 'unsettled';

/** Everything that `ambit init` proposes for one schema. */
export interface Proposal {
  readonly kinds: readonly ProposedKind[];
  readonly rules: readonly ProposedRule[];
  readonly permissions: readonly ProposedPermission[];
  readonly bundles: readonly ProposedBundle[];
  readonly questions: readonly Question[];
  /** Directives of federation by which the schema says already who may see what; then no rules are proposed. */
  readonly annotated: readonly string[];
}

/** What a person has decided otherwise. */
export interface Choices {
  /** The kinds of boundary to use, of those that were found; all of them if left out. */
  readonly kinds?: readonly string[];
  /** Kinds of boundary that a person names, whatever was found. */
  readonly said?: readonly ProposedKind[];
  /** Fields that were found sensitive and that ask for nothing of their own. */
  readonly harmless?: readonly string[];
}

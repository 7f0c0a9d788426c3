import type {
  DirectiveNode,
  DocumentNode,
  FieldNode,
  FragmentDefinitionNode,
  GraphQLField,
  GraphQLNamedType,
  GraphQLObjectType,
  OperationDefinitionNode,
} from 'graphql';
import type { FieldAccess, Policy, TypeAccess } from '../compile/policy.ts';

/** One `@skip` or `@include` whose answer depends on a variable. */
export interface Condition {
  readonly variable: string;
  /** The value of the variable under which the element executes. */
  readonly want: boolean;
}

/** One executable directive; it counts when all its conditions hold. */
export interface DirectiveUse {
  readonly node: DirectiveNode;
  readonly conditions: readonly Condition[];
}

/** One place in the document where a field is written; it executes when all its conditions hold. */
export interface Occurrence {
  readonly node: FieldNode;
  readonly conditions: readonly Condition[];
}

/** One response key of one concrete parent type: what the operation does with one field. */
export interface FieldUse {
  readonly key: string;
  /** Response keys from the root, without list indices. */
  readonly path: readonly string[];
  readonly parentType: GraphQLObjectType;
  readonly parent: FieldUse | undefined;
  readonly name: string;
  readonly field: GraphQLField<unknown, unknown> | undefined;
  /** The coordinate as the client wrote it: `Node.id` where it was selected on an interface. */
  readonly written: string;
  readonly kind: 'leaf' | 'object' | 'typename' | 'introspection';
  readonly access: FieldAccess | undefined;
  readonly returned: GraphQLNamedType | undefined;
  readonly list: boolean;
  readonly occurrences: Occurrence[];
  /** For composite fields: what is selected for each concrete type. */
  readonly selections: Map<string, Selection>;
}

/** What is selected for one concrete type. */
export interface Selection {
  readonly access: TypeAccess;
  readonly fields: Map<string, FieldUse>;
}

/** Everything that one operation touches. Compiled once per document; holds no variables and no grants. */
export interface Plan {
  readonly policy: Policy;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly root: Selection;
  readonly rootType: GraphQLObjectType;
  readonly introspects: boolean;
  /** How much is planned: uses of fields, and concrete types looked at. */
  readonly size: number;
  /** Variables on which `@skip` or `@include` depends. */
  readonly conditionVariables: ReadonlySet<string>;
  /** Executable directives other than `@skip` and `@include`, with the conditions of what they stand on. */
  readonly directives: readonly DirectiveUse[];
  /** Type conditions that the client wrote. */
  readonly typeConditions: ReadonlySet<string>;
}

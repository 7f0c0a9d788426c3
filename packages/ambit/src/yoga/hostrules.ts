import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  specifiedRules,
  type ValidationRule,
  validate,
} from 'graphql';

/**
 * Validation rules that other plugins bring (limits, mostly). A host validates before it knows who asks, against the
 * whole schema; they are remembered here, and asked once the credential is known.
 */
export class HostRules {
  readonly #rules = new WeakMap<object, readonly ValidationRule[]>();

  /** Remembers the rules for a document. GraphQL's own are the engine's to ask. */
  remember(document: unknown, rules: unknown): void {
    if (typeof document !== 'object' || document === null || !Array.isArray(rules)) return;
    this.#rules.set(
      document,
      rules.filter((rule) => !specifiedRules.includes(rule)),
    );
  }

  /**
   * What they say of a document. Asked over the whole schema, what they say may name what is hidden; so where they
   * object, the answer is what they say over the mask.
   */
  errors(
    document: unknown,
    copy: DocumentNode,
    schema: GraphQLSchema,
    mask: () => GraphQLSchema,
  ): readonly GraphQLError[] {
    const rules = this.#rules.get(document as object) ?? [];
    if (rules.length === 0 || objections(schema, copy, rules).length === 0) return [];
    const shown = objections(mask(), copy, rules);
    return shown.length > 0 ? shown : [new GraphQLError('a validation rule refuses this document')];
  }
}

/** Some rules throw their error instead of reporting it. */
function objections(
  schema: GraphQLSchema,
  document: DocumentNode,
  rules: readonly ValidationRule[],
): readonly GraphQLError[] {
  try {
    return validate(schema, document, rules);
  } catch (error) {
    if (error instanceof GraphQLError) return [error];
    throw error;
  }
}

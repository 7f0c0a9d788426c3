import { type DocumentNode, executeSync, type GraphQLSchema } from 'graphql';
import { deadKey, type Ruling } from '../decide/decision.ts';
import { rewriteOperation } from '../enforce/filter.ts';
import { AmbitError } from '../errors.ts';
import type { Plan } from '../plan/plan.ts';
import type { Grants } from '../types.ts';
import type { UpstreamBody } from './upstreambody.ts';

/** Values of root query fields that a gateway answers by itself, by the field's name. They take no arguments. */
export type LocalAnswers = Readonly<Record<string, (grants: Grants) => unknown>>;

/** What one operation asks of the gateway itself. */
interface LocalRequest {
  readonly plan: Plan;
  readonly ruling: Ruling;
  readonly grants: Grants;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** Root query fields that are never sent to the API: the gateway answers them, under the same rules as all others. */
export class LocalFields {
  readonly #answers: LocalAnswers;
  readonly #schema: GraphQLSchema;
  readonly #documents = new WeakMap<Ruling, { readonly document: DocumentNode | undefined }>();

  /** @throws AmbitError BAD_OPTION where the schema has no such field, or one with arguments */
  constructor(answers: LocalAnswers, schema: GraphQLSchema) {
    this.#answers = answers;
    this.#schema = schema;
    for (const name of Object.keys(answers)) {
      const field = schema.getQueryType()?.getFields()[name];
      if (field?.args.length === 0 && typeof answers[name] === 'function') continue;
      throw new AmbitError(
        'BAD_OPTION',
        `\`local.${name}\` has to be a function that answers a query field without arguments`,
      );
    }
  }

  /** Whether this root field of an operation is answered here. */
  has({ rootType }: Pick<Plan, 'rootType'>, name: string): boolean {
    return rootType === this.#schema.getQueryType() && Object.hasOwn(this.#answers, name);
  }

  /** What the API answered, with what is answered here beside it. Where the API has nothing, nothing is added. */
  added(body: UpstreamBody, request: LocalRequest): UpstreamBody {
    const document = this.#documentOf(request);
    if (!document || typeof body.data !== 'object' || body.data === null) return body;
    const { grants, variables } = request;
    const rootValue = Object.fromEntries(
      Object.entries(this.#answers).map(([name, answer]) => [name, () => answer(grants)]),
    );
    const { data } = executeSync({ schema: this.#schema, document, rootValue, variableValues: variables });
    return { ...body, data: { ...body.data, ...data } };
  }

  #documentOf({ plan, ruling }: LocalRequest): DocumentNode | undefined {
    let kept = this.#documents.get(ruling);
    if (!kept) {
      const isAsked = [...plan.root.fields.values()].some(({ name }) => this.has(plan, name));
      kept = { document: isAsked ? this.#filtered(plan, ruling) : undefined };
      this.#documents.set(ruling, kept);
    }
    return kept.document;
  }

  #filtered(plan: Plan, { dead, inactive }: Ruling): DocumentNode | undefined {
    return rewriteOperation(plan, (node, path) => {
      const at = deadKey(path);
      if (path.length === 1 && !this.has(plan, node.name.value)) return undefined;
      return dead.has(at) || inactive.has(at) ? undefined : node;
    });
  }
}

import { GraphQLError } from 'graphql';
import type { Ambit } from '../engine.ts';
import { failed, told, unauthenticated, unfit } from './answers.ts';
import { Credentials, type GrantsHook, type RevocableGrants } from './credentials.ts';
import { Documents } from './documents.ts';
import type { HostExecution } from './host.ts';
import { HostRules } from './hostrules.ts';

const FAILED = 'something went wrong; nothing is known of what would have been answered';

/** What stands in the place of a host's `validate`, `execute` and `subscribe`: the engine. */
export class Door<Context> {
  readonly rules: HostRules = new HostRules();
  readonly #ambit: Ambit;
  readonly #credentials: Credentials<Context>;
  readonly #documents = new Documents();
  readonly #tell: (error: unknown) => void;

  constructor(ambit: Ambit, grants: GrantsHook<Context>, tell: (error: unknown) => void) {
    this.#ambit = ambit;
    this.#credentials = new Credentials(grants, tell);
    this.#tell = tell;
  }

  /** Decides and executes one operation; an async iterable for a subscription. Never throws. */
  async execute(execution: HostExecution): Promise<unknown> {
    try {
      const held = await this.#credentials.of(execution.contextValue as Context);
      return 'problem' in held ? unauthenticated(held) : await this.#decided(execution, held);
    } catch (error) {
      this.#tell(error);
      return failed(FAILED);
    }
  }

  async #decided(execution: HostExecution, { grants, signal }: RevocableGrants): Promise<unknown> {
    const { policy } = this.#ambit;
    if (execution.schema !== policy.schema) throw new Error(OTHER_SCHEMA);
    const { operationName, variableValues, contextValue, rootValue } = execution;
    const document = this.#documents.of(execution.document);
    if (!document) throw new Error('the host handed over no GraphQL document');
    if (!isName(operationName)) return { errors: [unfit(new GraphQLError(NO_NAME))] };
    const mask = () => this.#ambit.mask(grants);
    const objections = this.rules.errors(execution.document, document, policy.schema, mask);
    if (objections.length > 0) return { errors: objections.map(unfit) };
    // What is no object is refused by the engine, with a sentence.
    const variables = variableValues as Record<string, unknown> | undefined;
    const operation = { document, operationName, variables, grants };
    // A subscription looks at its credential again for each event (M25).
    const credential = { grants: () => this.#credentials.again(contextValue as Context), signal };
    const asked = { ...operation, contextValue, rootValue, credential };
    const result: object = await this.#ambit.execute(asked);
    if (Symbol.asyncIterator in result) return result;
    return told(result, () => {
      const prepared = this.#ambit.stages.prepare(operation);
      return prepared.kind === 'prepared' ? prepared.plan : undefined;
    });
  }
}

const NO_NAME = '`operationName` has to be a text';

/** What is said where a host executes another schema than the one whose rules are enforced. */
export const OTHER_SCHEMA =
  'this server executes another schema than the one that Ambit protects; make both from one GraphQLSchema';

function isName(value: unknown): value is string | null | undefined {
  return value === undefined || value === null || typeof value === 'string';
}

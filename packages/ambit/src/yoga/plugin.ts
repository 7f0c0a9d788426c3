import type { Ambit } from '../engine.ts';
import { AmbitError } from '../errors.ts';
import { failed } from './answers.ts';
import { checkPluginOptions } from './checkoptions.ts';
import type { GrantsHook } from './credentials.ts';
import { Door, OTHER_SCHEMA } from './door.ts';
import type { AmbitPlugin, Executed, HostContext, HostExecution } from './host.ts';

/** What the plugin is made of. */
export interface UseAmbitOptions<Context> {
  /** The engine, made from the `GraphQLSchema` that the host serves. */
  readonly ambit: Ambit;
  /**
   * Turns a request into grants; called once per request with the context that resolvers get, and before each event
   * of a subscription. `{}` holds nothing. Null or undefined, an exception, and anything that is no grants are
   * answered with 401.
   */
  readonly grants: GrantsHook<Context>;
  /** Told what `grants` threw, and of defects: clients are told nothing of it. Default: nobody is told. */
  readonly onError?: (error: unknown) => void;
}

const UNDECIDED = 'another plugin answered in the place of the engine; such an answer is not given out';

/**
 * A plugin for GraphQL Yoga and any other Envelop host: whatever the host would execute, the engine decides and
 * executes. Validation is the engine's too, since a host validates before it knows who asks.
 *
 * The plugin speaks first and last, wherever it stands among the plugins: what others put in the place of `execute`
 * is not used, and what others answer by themselves is withheld.
 *
 * @throws AmbitError BAD_OPTION for options that are none; BAD_SCHEMA when the host serves another schema than the
 * engine's
 */
export function useAmbit<Context = HostContext>(options: UseAmbitOptions<Context>): AmbitPlugin<Context> {
  checkPluginOptions(options);
  const tell = teller(options.onError);
  const door = new Door(options.ambit, options.grants, tell);
  const answered = new WeakSet<object>();
  const withheld = new WeakSet<object>();
  const through = (args: object) => (execution: HostExecution) => {
    answered.add(args);
    return door.execute(execution);
  };
  const withhold = ({ args, setResult }: Executed): void => {
    if (answered.has(args)) return;
    if (!withheld.has(args)) tell(new Error(UNDECIDED));
    withheld.add(args);
    setResult(failed(UNDECIDED));
  };
  const hooks: Hooks<Context> = {
    onValidate({ params, setValidationFn }) {
      door.rules.remember(params.documentAST, params.rules);
      setValidationFn((_schema, document, rules) => {
        door.rules.remember(document, rules);
        return [];
      });
    },
    onExecute({ args, setExecuteFn }) {
      setExecuteFn(through(args));
      return { onExecuteDone: withhold };
    },
    onSubscribe({ args, setSubscribeFn }) {
      setSubscribeFn(through(args));
      return { onSubscribeResult: withhold };
    },
  };
  return {
    ...hooks,
    onSchemaChange({ schema }) {
      if (schema === options.ambit.policy.schema) return;
      throw new AmbitError('BAD_SCHEMA', OTHER_SCHEMA);
    },
    onPluginInit: ({ plugins }) => surround(plugins, hooks, withhold),
  };
}

type Hooks<Context> = Pick<AmbitPlugin<Context>, 'onValidate' | 'onExecute' | 'onSubscribe'>;

/**
 * Puts a guard in front of every plugin of the host, and the hooks once more behind them. A host walks the list while
 * it grows: what is added at its end has its own turn, and what is put in front then moves nobody who waits.
 */
function surround<Context>(
  plugins: object[],
  hooks: Hooks<Context>,
  withhold: (executed: Executed) => void,
): void {
  const first = {
    onExecute: () => ({ onExecuteDone: withhold }),
    onSubscribe: () => ({ onSubscribeResult: withhold }),
  };
  const last = {
    ...hooks,
    onPluginInit(): void {
      if (!plugins.includes(first)) plugins.unshift(first);
    },
  };
  plugins.push(last);
}

/** What the operator is told can neither fail a request nor hold it up. */
function teller(onError: ((error: unknown) => void) | undefined): (error: unknown) => void {
  return (error) => {
    try {
      onError?.(error);
    } catch {
      // The answer is a refusal already; there is nobody left to tell.
    }
  };
}

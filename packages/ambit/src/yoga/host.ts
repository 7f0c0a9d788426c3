/**
 * The few hooks of an Envelop host that are used here, as far as they are used. They are of our own making, so that
 * nobody has to install Envelop for the library; they fit the `Plugin` types of Envelop and of GraphQL Yoga.
 */

/** What a host asks to have executed. */
export interface HostExecution {
  readonly schema: unknown;
  readonly document: unknown;
  readonly rootValue?: unknown;
  readonly contextValue?: unknown;
  readonly variableValues?: unknown;
  readonly operationName?: unknown;
}

/** Executes what a host asks for. */
export type HostExecute = (execution: HostExecution) => unknown;

/** What is known once an execution has been answered, by whomever. */
export interface Executed {
  readonly args: HostExecution;
  readonly setResult: (result: HostResult) => void;
}

/** An answer in the form in which a host takes it; it turns `extensions.http` into status and headers. */
export interface HostResult {
  readonly errors: readonly Error[];
  readonly extensions: {
    readonly http: { readonly status: number; readonly headers: Record<string, string> };
  };
}

/** The plugin, as a host sees it. `Context` is what the host hands to its resolvers. */
export interface AmbitPlugin<Context> {
  onPluginInit(payload: { readonly plugins: object[] }): void;
  onSchemaChange(payload: { readonly schema: unknown }): void;
  onValidate(payload: {
    readonly params: { readonly rules?: unknown; readonly documentAST: unknown };
    readonly setValidationFn: (validate: HostValidate) => void;
  }): void;
  onExecute(payload: {
    readonly args: HostExecution & { readonly contextValue: Context };
    readonly setExecuteFn: (execute: HostExecute) => void;
  }): { onExecuteDone: (executed: Executed) => void };
  onSubscribe(payload: {
    readonly args: HostExecution & { readonly contextValue: Context };
    readonly setSubscribeFn: (subscribe: HostExecute) => void;
  }): { onSubscribeResult: (executed: Executed) => void };
}

/** Validates a document for a host; answers errors. */
export type HostValidate = (schema: unknown, document: unknown, rules?: unknown) => readonly Error[];

/** What every request of GraphQL Yoga brings; where a host or its own context brings more, say so. */
export interface HostContext {
  readonly request: Request;
}

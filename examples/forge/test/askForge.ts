import { type RunningForge, startForge } from '../src/index.ts';

export const credential = 'a-service-credential-for-tests';

/** An answer as JSON. `data` is looked into by tests, so it is left open. */
export interface Answer {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly {
    readonly message: string;
    readonly path?: readonly (string | number)[];
    readonly extensions?: { readonly code?: string };
  }[];
}

/** A running Forge and a way to ask it on somebody's behalf. */
export interface AskableForge extends RunningForge {
  readonly ask: (
    subject: string | null,
    query: string,
    variables?: Record<string, unknown>,
  ) => Promise<Answer>;
}

/** Starts a Forge of its own on a free port. */
export async function askableForge(): Promise<AskableForge> {
  const forge = await startForge({ port: 0, credential });
  const ask: AskableForge['ask'] = async (subject, query, variables = {}) => {
    const response = await fetch(forge.url, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${credential}`,
        'content-type': 'application/json',
        ...(subject === null ? {} : { 'x-forge-subject': subject }),
      },
      body: JSON.stringify({ query, variables }),
    });
    return (await response.json()) as Answer;
  };
  return { ...forge, ask };
}

/** The codes of the errors in an answer. */
export function codes(answer: Answer): (string | undefined)[] {
  return (answer.errors ?? []).map(({ extensions }) => extensions?.code);
}

/** One root field of an answer, in the shape that the test asked for. */
export function field<T>(answer: Answer, name: string): T {
  if (answer.data?.[name] == null) throw new Error(`no ${name} in ${JSON.stringify(answer)}`);
  return answer.data[name] as T;
}

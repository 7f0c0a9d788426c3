import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { startForge } from '@ambit/example-forge';
import { type Ambit, type AmbitOptions, createAmbit, type Grants } from 'ambit';
import { createGateway } from 'ambit/gateway';
import { loadPermissions, loadRules } from 'ambit/load';
import { serve } from '../harness/http.ts';
import type { Operation } from './operations.ts';

const home = (path: string): string =>
  fileURLToPath(new URL(`../../examples/forge/${path}`, import.meta.url));

/** What a door answered: the text that left it, and the parts in which doors are compared. */
export interface Answer {
  readonly text: string;
  readonly data: unknown;
  /** Path and code of each error, sorted. */
  readonly errors: readonly string[];
}

export interface Question {
  readonly operation: Operation;
  readonly grants: Grants;
  readonly variables: Readonly<Record<string, unknown>>;
}

export type Door = (question: Question) => Promise<Answer>;

type Catalogue = Awaited<ReturnType<typeof loadPermissions>>;

export const forgeSdl = (): string => readFileSync(home('schema.graphql'), 'utf8');
export const forgeCatalogue = (): Promise<Catalogue> => loadPermissions(home('catalog'));

/** An engine with Forge's own rules and catalogue. */
export async function engineOver(schema: AmbitOptions['schema'], coverage?: 'open'): Promise<Ambit> {
  return createAmbit({
    schema,
    rules: await loadRules(home('rules.yml')),
    permissions: await forgeCatalogue(),
    coverage,
  });
}

/** The door in process, with a subject who may see everything. */
export function inProcess(ambit: Ambit): Door {
  return async ({ operation, grants, variables }) => {
    const result = await ambit.execute({
      document: operation.text,
      variables: { ...variables },
      grants,
      contextValue: { subject: 'root' },
    });
    return answerOf(JSON.stringify(result), '');
  };
}

export interface OpenGateway {
  readonly door: Door;
  readonly close: () => Promise<void>;
}

/** The gateway over HTTP, before a Forge of its own over HTTP, with the same subject. */
export async function openGateway(ambit: Ambit): Promise<OpenGateway> {
  const credential = 'the-credential-of-the-service';
  const forge = await startForge({ port: 0, credential });
  const held = new Map<string, Grants>();
  const headers = {
    'content-type': 'application/json',
    authorization: `Bearer ${credential}`,
    'x-forge-subject': 'root',
  };
  const gateway = createGateway({
    ambit,
    authenticate: async (request) => {
      const grants = held.get(request.headers.get('x-credential') ?? '');
      return grants ? { grants } : { problem: 'missing_token', message: 'there is no credential' };
    },
    upstream: async ({ query, variables, operationName, signal }) => {
      const response = await fetch(forge.url, {
        method: 'POST',
        headers,
        body: JSON.stringify({ query, variables, operationName }),
        signal,
      });
      return { status: response.status, body: await response.json() };
    },
  });
  const served = await serve(gateway);
  let asked = 0;
  const door: Door = async ({ operation, grants, variables }) => {
    asked += 1;
    const name = String(asked);
    held.set(name, grants);
    const body = JSON.stringify({ query: operation.text, variables });
    const response = await fetch(served.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-credential': name },
      body,
    });
    held.delete(name);
    return answerOf(await response.text(), response.headers.get('www-authenticate') ?? '');
  };
  const close = async (): Promise<void> => void (await Promise.all([served.close(), forge.close()]));
  return { door, close };
}

interface Body {
  readonly data?: unknown;
  readonly errors?: readonly {
    readonly path?: readonly (string | number)[];
    readonly extensions?: { readonly code?: unknown };
  }[];
}

function answerOf(text: string, challenge: string): Answer {
  const { data, errors } = JSON.parse(text) as Body;
  const told = (errors ?? []).map(
    ({ path, extensions }) => `${path?.join('.') ?? ''} ${String(extensions?.code ?? '')}`,
  );
  return { text: `${text}\n${challenge}`, data: data ?? null, errors: [...new Set(told)].sort() };
}

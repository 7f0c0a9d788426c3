import type { z } from 'zod';

import { ServerError } from '../errors.ts';
import { readByShape } from '../mistakes.ts';

/** What a request holds, by the options that say it. */
const OPTIONS: Readonly<Record<string, string>> = {
  scopes: 'scope',
  granular: 'permission',
  redirectUris: 'redirect',
  grants: 'grant',
  rateLimit: 'rate-limit',
};

interface Asked {
  readonly scopes?: readonly string[] | undefined;
  readonly granular?:
    | readonly { readonly permissions: readonly string[]; readonly boundary: unknown }[]
    | undefined;
}

/**
 * Refuses what a command would ask for and no server takes, before it is asked. `file` holds the grants, where the options
 * do not. Throws `ServerError` `USAGE` with every mistake, by its option.
 */
export function refuseMistaken(shape: z.ZodType, asked: object, file?: string): void {
  const parsed = readByShape(shape, asked);
  if (parsed.success) return;
  const sentences = parsed.error.issues.map(({ path, message }) => {
    const steps = path.filter((step) => step !== 'ceiling').map(String);
    const isOfFile = file !== undefined && (steps[0] === 'scopes' || steps[0] === 'granular');
    return isOfFile ? `${file}: \`${steps.join('.')}\`: ${message}.` : `${optionOf(steps)} ${message}.`;
  });
  throw new ServerError('USAGE', [...new Set(sentences)].join('\n'), 'See --help of this command.');
}

/**
 * What was asked for, and by what a server refuses it: places in what was sent become the options that say it. Gives what
 * the work gives.
 */
export async function inOptions<Answer>(asked: Asked, work: Promise<Answer>): Promise<Answer> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof ServerError) || error.code !== 'GRANTS_REFUSED') throw error;
    const { message, suggestion } = error;
    throw new ServerError(error.code, named(message, asked), suggestion && named(suggestion, asked));
  }
}

function named(text: string, { scopes = [], granular = [] }: Asked): string {
  const lines = text
    .replace(/`(?:ceiling\.)?scopes\.(\d+)`/g, (_, index) => valued('scope', scopes[Number(index)]))
    .replace(/`(?:ceiling\.)?granular\.(\d+)\.permissions(?:\.(\d+))?`/g, (_, index, at) =>
      valued('permission', granular[Number(index)]?.permissions[Number(at)]),
    )
    .replace(/`(?:ceiling\.)?granular\.(\d+)\.boundary`/g, (_, index) =>
      valued('boundary', boundaryText(granular[Number(index)]?.boundary)),
    )
    .split('\n');
  return [...new Set(lines)].join('\n');
}

function valued(option: string, value: string | undefined): string {
  return value === undefined ? `--${option}` : `--${option} ${value}`;
}

function boundaryText(boundary: unknown): string | undefined {
  if (typeof boundary === 'string') return boundary;
  const [entry] = Object.entries(boundary ?? {});
  return entry?.join('=');
}

function optionOf([first = '', ...steps]: readonly string[]): string {
  return `--${steps.includes('boundary') ? 'boundary' : (OPTIONS[first] ?? first)}`;
}

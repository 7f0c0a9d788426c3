import { type RunningForge, startForge } from './startForge.ts';

/** A start that failed for a reason that one sentence can tell. */
export class LaunchError extends Error {
  override readonly name = 'LaunchError';
}

/** Starts Forge as the environment says. Whatever goes wrong is told in a sentence. */
export async function launchForge(env: Readonly<Record<string, string | undefined>>): Promise<RunningForge> {
  const { FORGE_CREDENTIAL: credential, FORGE_PORT: portText = '4001' } = env;
  if (credential === undefined || credential === '') {
    throw new LaunchError(
      'Set FORGE_CREDENTIAL to the secret that callers have to present. Forge does not start without it.',
    );
  }
  const port = Number(portText);
  if (!/^[0-9]{1,5}$/.test(portText) || port > 65_535) {
    throw new LaunchError(`FORGE_PORT is ${JSON.stringify(portText)}; it must be a number from 0 to 65535.`);
  }
  try {
    return await startForge({ port, credential });
  } catch (error) {
    throw new LaunchError(sentenceFor(error, port), { cause: error });
  }
}

function sentenceFor(error: unknown, port: number): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE') return `Port ${port} is taken by another program. Set FORGE_PORT to a free one.`;
  if (code === 'EACCES')
    return `Port ${port} may not be used by this account. Set FORGE_PORT to one above 1023.`;
  return `Forge could not start: ${error instanceof Error ? error.message : String(error)}`;
}

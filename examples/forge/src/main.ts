import { LaunchError, launchForge } from './launchForge.ts';
import type { RunningForge } from './startForge.ts';

try {
  const forge = await launchForge(process.env);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void shutDown(forge));
  console.log(`Forge is ready at ${forge.url}`);
} catch (error) {
  if (!(error instanceof LaunchError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}

async function shutDown(forge: RunningForge): Promise<void> {
  await forge.close();
  process.exit(0);
}

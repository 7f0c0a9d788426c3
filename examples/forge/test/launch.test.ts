import { expect, test } from 'vitest';
import { launchForge } from '../src/launchForge.ts';

test.each([
  [{}, 'Set FORGE_CREDENTIAL'],
  [{ FORGE_CREDENTIAL: '' }, 'Set FORGE_CREDENTIAL'],
  [{ FORGE_CREDENTIAL: 'x', FORGE_PORT: 'forty' }, 'FORGE_PORT is "forty"'],
  [{ FORGE_CREDENTIAL: 'x', FORGE_PORT: '65536' }, 'FORGE_PORT is "65536"'],
  [{ FORGE_CREDENTIAL: 'x', FORGE_PORT: '' }, 'FORGE_PORT is ""'],
])('an environment of %j gives a sentence', async (env, sentence) => {
  await expect(launchForge(env)).rejects.toThrow(sentence);
});

test('a taken port gives a sentence', async () => {
  const forge = await launchForge({ FORGE_CREDENTIAL: 'x', FORGE_PORT: '0' });
  const FORGE_PORT = new URL(forge.url).port;
  await expect(launchForge({ FORGE_CREDENTIAL: 'x', FORGE_PORT })).rejects.toThrow(
    `Port ${FORGE_PORT} is taken`,
  );
  await forge.close();
});

import '../../scripts/lib/node-version.mjs';
import { installIn } from '../../scripts/lib/install.mjs';
import { main } from '../../scripts/lib/main.mjs';
import { makeReady } from '../lib/ready.mjs';
import { shopifyFolder } from './schemas.mjs';

/** `npm run measure:init`: prints what stands in docs/how-to/start-from-an-unmarked-schema.md. */
async function measureInit() {
  await makeReady({ withPeers: false });
  await installIn(shopifyFolder, "Installing Shopify's schema");
  // It reads what was built.
  const { measure } = await import('./measure.mjs');
  await measure();
  return 0;
}

await main(measureInit, { interrupted: 130 });

export type { ForgeContext } from './context.ts';
export { createForge, type Forge } from './createForge.ts';
export type { ForgeData } from './data/ForgeData.ts';
export { type Canary, listCanaries } from './data/listCanaries.ts';
export { globalId } from './globalId.ts';
export { type ForgeOptions, type RunningForge, startForge } from './startForge.ts';

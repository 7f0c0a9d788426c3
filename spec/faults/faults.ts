import { DECIDING } from './deciding.ts';
import { ENFORCING } from './enforcing.ts';
import type { Fault } from './fault.ts';
import { KEEPING } from './keeping.ts';
import { PLANNING } from './planning.ts';

/** Every deliberate defect. Each is silent: the engine starts, and answers where it should not. */
export const FAULTS: readonly Fault[] = [...PLANNING, ...DECIDING, ...KEEPING, ...ENFORCING];

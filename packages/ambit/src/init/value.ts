import type { ProposedKind, ProposedRule } from './proposal.ts';

/** Kinds of boundary as a rules file has them, parsed. */
export function boundariesValue(kinds: readonly ProposedKind[]): Record<string, { parent?: string }> {
  return Object.fromEntries(kinds.map(({ name, parent }) => [name, parent === undefined ? {} : { parent }]));
}

/** Rules as a rules file has them, parsed. */
export function rulesValue(rules: readonly ProposedRule[]): Record<string, object> {
  return Object.fromEntries(rules.map(({ coordinate, section: _, ...rule }) => [coordinate, rule]));
}

import type { Plan } from '../plan/plan.ts';

/** Coordinates of an operation's root fields, each once, whatever they are called in the answer. */
export function rootCoordinates({ root, rootType }: Plan): readonly string[] {
  return [...new Set([...root.fields.values()].map(({ name }) => `${rootType.name}.${name}`))];
}

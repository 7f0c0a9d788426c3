import { schemaText } from '../../ops/schema.mjs';

/** The schema with one directive for both kinds of need, for the systems whose users name their own directive. */
export const markedText = schemaText({
  head: 'directive @auth(requires: String!, place: String) on OBJECT | FIELD_DEFINITION',
  scope: (name) => `@auth(requires: "${name}")`,
  placed: (name, field) =>
    field === undefined ? `@auth(requires: "${name}")` : `@auth(requires: "${name}", place: "${field}")`,
});

/** Whether a token meets one such directive on the object that is read. */
export function meets({ held, places }, { requires, place }, source) {
  return held.has(requires) && (place === undefined || places.has(source[place]));
}

import { type DocumentNode, Kind } from 'graphql';

/**
 * Keeps one copy of each document of a host. Hosts and their plugins keep parsed documents and may write into them;
 * what runs has to be what was decided, so the engine gets a copy that nobody else holds.
 */
export class Documents {
  readonly #copies = new WeakMap<object, DocumentNode>();

  /** The copy; undefined for what is no document. */
  of(document: unknown): DocumentNode | undefined {
    if (!isDocument(document)) return undefined;
    let copy = this.#copies.get(document);
    if (!copy) {
      copy = copied(document) as DocumentNode;
      this.#copies.set(document, copy);
    }
    return copy;
  }
}

function isDocument(value: unknown): value is DocumentNode {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === Kind.DOCUMENT;
}

/** Locations stay as they are: they lead to every token of the text, and decide nothing. */
function copied(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(copied);
  if (typeof node !== 'object' || node === null) return node;
  return Object.fromEntries(
    Object.entries(node).map(([key, value]) => [key, key === 'loc' ? value : copied(value)]),
  );
}

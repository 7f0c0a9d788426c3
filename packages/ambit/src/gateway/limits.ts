import { GraphQLError, Lexer, Source, TokenKind } from 'graphql';
import type { GatewayLimits } from './types.ts';

/** Limits of the first release; each answers with a sentence of its own. */
export const DEFAULT_LIMITS: GatewayLimits = {
  bodyBytes: 1_048_576,
  depth: 50,
  documentTokens: 10_000,
  upstreamMs: 30_000,
};

/** How many texts are remembered as harmless, and how long one may be. */
const REMEMBERED = 1_000;
const LONGEST = 10_000;

/** Holds documents to limits; a text that was met lately is not counted again. */
export class DocumentLimits {
  readonly #limits: GatewayLimits;
  readonly #harmless = new Set<string>();

  constructor(limits: GatewayLimits) {
    this.#limits = limits;
  }

  /** A sentence where a document passes a limit. */
  problem(text: string): string | undefined {
    if (this.#harmless.has(text)) return undefined;
    const problem = documentProblem(text, this.#limits);
    if (problem === undefined && text.length <= LONGEST) this.#remember(text);
    return problem;
  }

  #remember(text: string): void {
    this.#harmless.add(text);
    const [oldest] = this.#harmless;
    if (this.#harmless.size > REMEMBERED && oldest !== undefined) this.#harmless.delete(oldest);
  }
}

/**
 * Counts what a document would cost before it is parsed: graphql-js neither counts comments nor limits nesting,
 * and overflows its stack on a deep document. Answers a sentence where a limit is passed.
 */
function documentProblem(text: string, limits: GatewayLimits): string | undefined {
  const lexer = new Lexer(new Source(text));
  let depth = 0;
  let tokens = 0;
  try {
    for (let last = lexer.token; ; last = lexer.token) {
      const token = lexer.advance();
      for (let passed = last.next; passed && passed !== token; passed = passed.next) tokens += 1;
      if (token.kind === TokenKind.EOF) return undefined;
      tokens += 1;
      if (tokens > limits.documentTokens)
        return `the document has more than ${limits.documentTokens} lexical tokens`;
      if (OPENING.includes(token.kind)) depth += 1;
      else if (CLOSING.includes(token.kind)) depth -= 1;
      if (depth > limits.depth) return `the document nests deeper than ${limits.depth} levels`;
    }
  } catch (error) {
    if (error instanceof GraphQLError) return undefined;
    throw error;
  }
}

const OPENING: readonly string[] = [TokenKind.BRACE_L, TokenKind.PAREN_L, TokenKind.BRACKET_L];
const CLOSING: readonly string[] = [TokenKind.BRACE_R, TokenKind.PAREN_R, TokenKind.BRACKET_R];

/** The body as text, or undefined once it is longer than `limit` bytes; what follows is not read. */
export async function readBody(request: Request, limit: number): Promise<string | undefined> {
  const length = request.headers.get('content-length') ?? '';
  if (Number(length) > limit) return undefined;
  // HTTP holds a body to the length that it declares (RFC 9112, 6.3), so it can be read at once.
  if (/^\d{1,15}$/.test(length)) {
    const text = await request.text();
    return Buffer.byteLength(text) > limit ? undefined : text;
  }
  if (!request.body) return '';
  const chunks: Uint8Array[] = [];
  let size = 0;
  const reader = request.body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.byteLength;
    if (size > limit) {
      await reader.cancel();
      return undefined;
    }
    chunks.push(value);
  }
  return Buffer.concat(chunks).toString('utf8');
}

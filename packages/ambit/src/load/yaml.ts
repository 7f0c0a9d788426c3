import { isNode, LineCounter, parseDocument } from 'yaml';
import { AmbitError, type AmbitErrorCode } from '../errors.ts';
import type { LineOf } from '../rules/catalogsource.ts';
import { yamlMistake } from '../yamlmistake.ts';

/** A few aliases save people writing; many make a small file a huge one. */
const MAX_ALIASES = 100;

/** What YAML or JSON says, and on which line what stands. @throws AmbitError with `code`, which repeats none of it */
export function yamlIn(
  text: string,
  code: AmbitErrorCode,
  file?: string,
): { readonly value: unknown; readonly lineOf: LineOf } {
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter, uniqueKeys: true, logLevel: 'error' });
  // Also what YAML only warns of, such as a tag that it does not know and leaves out.
  const [problem] = [...document.errors, ...document.warnings];
  if (problem) {
    throw new AmbitError(code, `not valid YAML: ${yamlMistake(problem.code)}`, {
      file,
      line: problem.linePos?.[0].line,
    });
  }
  const lineOf: LineOf = (steps) => {
    const node = document.getIn(steps, true);
    const offset = isNode(node) ? node.range?.[0] : undefined;
    return offset === undefined ? undefined : counter.linePos(offset).line;
  };
  try {
    return { value: document.toJS({ maxAliasCount: MAX_ALIASES }), lineOf };
  } catch {
    throw new AmbitError(code, 'its aliases lead nowhere or stand for too much', {
      file,
      suggestion: 'write out what they stand for',
    });
  }
}

import type { ASTNode, GraphQLSchema } from 'graphql';
import type { Origin } from '../types.ts';

/** One thing that `check` has to say about a schema, its rules or its catalogue. */
export interface Finding {
  readonly code: string;
  readonly severity: 'error' | 'warning';
  /** What it is about: a schema coordinate, or the name of a permission. */
  readonly coordinate: string;
  readonly message: string;
  /** What to do about it. */
  readonly fix: string;
  readonly file?: string;
  readonly line?: number;
}

/** What a finding says, before it is known where. */
export type Saying = Omit<Finding, 'severity' | 'file' | 'line'>;

/** A finding that keeps `ambit check` from passing. */
export function error(saying: Saying, origin: Origin = {}): Finding {
  return finding('error', saying, origin);
}

/** A finding that a person should know of. */
export function warning(saying: Saying, origin: Origin = {}): Finding {
  return finding('warning', saying, origin);
}

function finding(severity: Finding['severity'], saying: Saying, { file, line }: Origin): Finding {
  return {
    code: saying.code,
    severity,
    coordinate: saying.coordinate,
    message: saying.message,
    fix: saying.fix,
    ...(file === undefined ? {} : { file }),
    ...(line === undefined ? {} : { line }),
  };
}

/** Where the definition of a type, or of one of its fields, stands in the SDL; nothing for a schema made in code. */
export function definedAt(schema: GraphQLSchema, type: string, field?: string): Origin {
  const named = schema.getType(type);
  const fields = named && 'getFields' in named ? named.getFields() : {};
  const element = field === undefined ? named : fields[field];
  return positionOf(element?.astNode);
}

/** The name's position: a definition begins with its description, which may be long. */
function positionOf(node: ASTNode | null | undefined): Origin {
  const loc = node && 'name' in node ? node.name?.loc : undefined;
  if (!loc) return {};
  const file = loc.source.name === 'GraphQL request' ? undefined : loc.source.name;
  return { ...(file === undefined ? {} : { file }), line: loc.startToken.line };
}

import {
  type FieldNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  isInterfaceType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  isRequiredArgument,
  Kind,
  parse,
} from 'graphql';

/**
 * Tells the identity of an object's boundary, in process: of the object as its resolvers see it, with the request's
 * context value. Anything but a text that is not empty or a whole number, an exception too, is no boundary.
 */
export type BoundaryFunction = (
  object: unknown,
  context: unknown,
) => string | number | null | undefined | Promise<string | number | null | undefined>;

/** A parsed boundary path: the response keys to walk, and the selection that reads them. */
export interface BoundaryPath {
  readonly text: string;
  readonly steps: readonly string[];
  readonly selection: FieldNode;
  /** What tells the identity of the object at the end of `steps`; then `selection` reads nothing. */
  readonly call?: BoundaryFunction;
}

/**
 * Parses a boundary path in selection syntax, such as `project { fullPath }` or `fullPath`.
 * Returns a sentence where the text is no such path.
 */
export function parseBoundaryPath(text: string): BoundaryPath | string {
  let selection: FieldNode | undefined;
  try {
    const definition = parse(`{ ${text} }`, { noLocation: true }).definitions[0];
    selection =
      definition?.kind === Kind.OPERATION_DEFINITION ? onlyField(definition.selectionSet) : undefined;
  } catch {
    return `\`${text}\` is not a boundary path; write it as a selection, for example \`project { fullPath }\``;
  }
  if (!selection)
    return `\`${text}\` is not a boundary path: it has to select exactly one field at each level`;
  const steps: string[] = [];
  for (let field: FieldNode | undefined = selection; field; ) {
    if (field.alias || field.arguments?.length || field.directives?.length) {
      return `\`${text}\` is not a boundary path: aliases, arguments and directives have no place in it`;
    }
    steps.push(field.name.value);
    if (!field.selectionSet) break;
    field = onlyField(field.selectionSet);
    if (!field) return `\`${text}\` is not a boundary path: it has to select exactly one field at each level`;
  }
  return { text: pathText(steps), steps, selection };
}

/** A function in the place of a path. `text` has to be its own: what was read for one path is known by it. */
export function calledPath(text: string, call: BoundaryFunction): BoundaryPath {
  const selection: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } };
  return { text, steps: [], selection, call };
}

function pathText(steps: readonly string[]): string {
  return steps.reduceRight((inner, step) => (inner === '' ? step : `${step} { ${inner} }`), '');
}

function onlyField(set: { readonly selections: readonly { readonly kind: Kind }[] }): FieldNode | undefined {
  const [only, ...more] = set.selections;
  return more.length === 0 && only?.kind === Kind.FIELD ? (only as FieldNode) : undefined;
}

/** Why `path` cannot be read from `type`, as the end of a sentence; undefined where it can. */
export function boundaryPathProblem(
  schema: GraphQLSchema,
  type: GraphQLNamedType,
  path: BoundaryPath,
): string | undefined {
  let current = type;
  for (const [index, step] of path.steps.entries()) {
    if (!isObjectType(current) && !isInterfaceType(current)) return `\`${current.name}\` has no fields`;
    const fields = current.getFields();
    const field = Object.hasOwn(fields, step) ? fields[step] : undefined;
    if (!field) return `\`${current.name}\` has no field \`${step}\``;
    if (field.args.some(isRequiredArgument)) return `\`${current.name}.${step}\` has a required argument`;
    const nullable = isNonNullType(field.type) ? field.type.ofType : field.type;
    if (isListType(nullable)) return `\`${current.name}.${step}\` is a list`;
    const next = getNamedType(field.type);
    const last = index === path.steps.length - 1;
    if (last && !isLeafType(next))
      return `\`${current.name}.${step}\` is an object; select the field that identifies it`;
    if (!last && !isCompositeType(next)) return `\`${current.name}.${step}\` is a leaf, but more follows`;
    current = schema.getType(next.name) ?? next;
  }
  return undefined;
}

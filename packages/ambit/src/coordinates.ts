import {
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isScalarType,
  isUnionType,
} from 'graphql';

/** The schema element that a coordinate names (September 2025 spec, section 3.14). */
export type CoordinateKind =
  | 'object'
  | 'interface'
  | 'union'
  | 'scalar'
  | 'enum'
  | 'input'
  | 'field'
  | 'argument'
  | 'inputField'
  | 'enumValue'
  | 'directive'
  | 'directiveArgument';

/** Coordinate of a field: `Issue.title`. */
export function fieldCoordinate(type: string, field: string): string {
  return `${type}.${field}`;
}

/** Coordinate of a field's argument: `Mutation.createNote(input:)`. */
export function argumentCoordinate(type: string, field: string, argument: string): string {
  return `${type}.${field}(${argument}:)`;
}

/** What `coordinate` names in `schema`, or undefined where it names nothing. */
export function coordinateKind(schema: GraphQLSchema, coordinate: string): CoordinateKind | undefined {
  const parts = /^(@?)([_A-Za-z]\w*)(?:\.([_A-Za-z]\w*))?(?:\(([_A-Za-z]\w*):\))?$/.exec(coordinate);
  if (parts === null) return undefined;
  const [, at, head = '', member, argument] = parts;
  if (at === '@') return member === undefined ? directiveKind(schema, head, argument) : undefined;
  const type = schema.getType(head);
  if (type === undefined) return undefined;
  if (member === undefined) return argument === undefined ? typeKind(type) : undefined;
  if (isEnumType(type)) return argument === undefined && type.getValue(member) ? 'enumValue' : undefined;
  if (isInputObjectType(type)) {
    return argument === undefined && Object.hasOwn(type.getFields(), member) ? 'inputField' : undefined;
  }
  if (!isObjectType(type) && !isInterfaceType(type)) return undefined;
  const fields = type.getFields();
  const field = Object.hasOwn(fields, member) ? fields[member] : undefined;
  if (field === undefined) return undefined;
  if (argument === undefined) return 'field';
  return field.args.some((arg) => arg.name === argument) ? 'argument' : undefined;
}

function directiveKind(
  schema: GraphQLSchema,
  name: string,
  argument: string | undefined,
): CoordinateKind | undefined {
  const directive = schema.getDirective(name);
  if (!directive) return undefined;
  if (argument === undefined) return 'directive';
  return directive.args.some((arg) => arg.name === argument) ? 'directiveArgument' : undefined;
}

function typeKind(type: unknown): CoordinateKind | undefined {
  if (isObjectType(type)) return 'object';
  if (isInterfaceType(type)) return 'interface';
  if (isUnionType(type)) return 'union';
  if (isScalarType(type)) return 'scalar';
  if (isEnumType(type)) return 'enum';
  return isInputObjectType(type) ? 'input' : undefined;
}

/** The existing coordinate that a mistyped one most likely meant, for error messages. */
export function nearestCoordinate(schema: GraphQLSchema, coordinate: string): string | undefined {
  const match = /^(@?[_A-Za-z]\w*)(?:\.([_A-Za-z]\w*))?(\(.*)?$/.exec(coordinate);
  const typeName = match?.[1] ?? coordinate;
  const type = schema.getType(typeName);
  if (!type) {
    const near = nearest(typeName, Object.keys(schema.getTypeMap()));
    return near === undefined ? undefined : near + coordinate.slice(typeName.length);
  }
  const member = match?.[2];
  if (member === undefined) return undefined;
  const names = memberNames(type);
  const near = nearest(member, names);
  return near === undefined ? undefined : fieldCoordinate(typeName, near);
}

function memberNames(type: unknown): string[] {
  if (isObjectType(type) || isInterfaceType(type) || isInputObjectType(type))
    return Object.keys(type.getFields());
  return isEnumType(type) ? type.getValues().map((value) => value.name) : [];
}

/** The name out of `names` nearest to `wanted`, if one is near enough to be a slip of the keyboard. */
export function nearest(wanted: string, names: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(2, Math.floor(wanted.length * 0.4)) + 1;
  for (const name of names) {
    const distance = editDistance(wanted.toLowerCase(), name.toLowerCase(), bestDistance);
    if (distance < bestDistance) {
      best = name;
      bestDistance = distance;
    }
  }
  return best;
}

function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      current.push(
        Math.min((previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1, (previous[j - 1] ?? 0) + cost),
      );
    }
    previous = current;
  }
  return previous[b.length] ?? limit;
}

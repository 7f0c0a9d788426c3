import {
  defaultTypeResolver,
  type GraphQLEnumType,
  GraphQLError,
  type GraphQLInterfaceType,
  type GraphQLTypeResolver,
  type GraphQLUnionType,
} from 'graphql';

/**
 * The type resolver of an abstract type, for use in a mask. A name that is no possible type there is answered as
 * none: graphql's error for a name that it does not know says that name.
 */
export function maskedTypeResolver(
  type: GraphQLInterfaceType | GraphQLUnionType,
): GraphQLTypeResolver<unknown, unknown> {
  const resolve = type.resolveType ?? defaultTypeResolver;
  return (value, context, info, masked) => {
    const possible = (name: unknown): string | undefined =>
      info.schema.getPossibleTypes(masked).find((one) => one.name === name)?.name;
    const answer = resolve(value, context, info, masked);
    return answer instanceof Promise ? answer.then(possible) : possible(answer);
  };
}

/** Keeps the error for a value that an enum does not have from quoting it: the value may be a hidden one. */
export function hushEnum(type: GraphQLEnumType): void {
  for (const method of ['serialize', 'coerceOutputValue'] as const) {
    const methods = type as unknown as Partial<Record<typeof method, (value: unknown) => unknown>>;
    const original = methods[method];
    if (!original) continue;
    methods[method] = (value) => {
      try {
        return original.call(type, value);
      } catch {
        throw new GraphQLError(`Enum "${type.name}" cannot represent this value`);
      }
    };
  }
}

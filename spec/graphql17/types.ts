import { type Ambit, createAmbit } from 'ambit';
import { createGateway } from 'ambit/gateway';
import { loadSchema } from 'ambit/load';
import { buildSchema, type ExecutionResult, type GraphQLSchema } from 'graphql';

/**
 * Never run: compiled against the types of graphql 17, through which those who use it see the library. 16 has no
 * `variableValues.coerced`, so this compiles with nothing else.
 */
export async function compiled(schemaFile: string): Promise<ExecutionResult> {
  const ambit: Ambit = createAmbit({
    schema: buildSchema('type Query { a: Int }'),
    fieldResolver: (_source, _args, _context, info) => info.variableValues.coerced,
  });
  const mask: GraphQLSchema = ambit.mask({});
  createGateway({
    ambit: createAmbit({ schema: (await loadSchema(schemaFile)) ?? mask }),
    authenticate: async () => ({ grants: {} }),
    upstream: async () => ({ status: 200, body: {} }),
  });
  return ambit.execute({ document: '{ a }', grants: {} });
}

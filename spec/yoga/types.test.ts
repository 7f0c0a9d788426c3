import { type Ambit, createAmbit } from 'ambit';
import { useAmbit } from 'ambit/yoga';
import { buildSchema, type GraphQLSchema } from 'graphql';
import { createYoga, envelop, type Plugin, type YogaInitialContext } from 'graphql-yoga';
import { expect, expectTypeOf, test } from 'vitest';

/** The plugin fits the types of its hosts, without a cast. */

const schema: GraphQLSchema = buildSchema(
  'directive @public on FIELD_DEFINITION type Query { a: String @public }',
);
const ambit: Ambit = createAmbit({ schema });

test('the plugin is a plugin of Yoga and of Envelop', () => {
  const plain: Plugin = useAmbit({ ambit, grants: () => ({}) });
  const own: Plugin<{ user: string }> = useAmbit({
    ambit,
    grants: (context: { user: string }) => ({ subject: context.user }),
  });
  const wider: Plugin<YogaInitialContext & { user: string }> = useAmbit<
    YogaInitialContext & { user: string }
  >({
    ambit,
    grants: async ({ request, user }) => ({ subject: user, scopes: [request.method] }),
  });
  const yoga = createYoga({
    schema,
    context: () => ({ user: 'alice' }),
    plugins: [
      useAmbit({
        ambit,
        grants(context: YogaInitialContext & { user: string }) {
          expectTypeOf(context.user).toEqualTypeOf<string>();
          return { subject: context.user };
        },
      }),
    ],
  });
  const enveloped = envelop({ plugins: [useAmbit({ ambit, grants: (_: { user: string }) => ({}) })] });
  expect([plain, own, wider, yoga, enveloped].every(Boolean)).toBe(true);
});

test('the hook may not answer what is no grants', () => {
  // @ts-expect-error scopes are a list
  expect(useAmbit({ ambit, grants: () => ({ scopes: 'api' }) })).toBeDefined();
  // @ts-expect-error a verdict is no grants
  expect(useAmbit({ ambit, grants: () => true })).toBeDefined();
});

import { expect, test } from 'vitest';
import { createAmbit } from '../create.ts';
import { ambitDirectives } from '../rules/directives.ts';

const shop = 'type Shop @public { id: ID } type Order @public { id: ID! shop: Shop }';
const closes = 'permissions: ["cancel_order"], boundaryType: "shop"';
const start = (rest: string): unknown =>
  createAmbit({ schema: `${ambitDirectives} ${shop} ${rest}`, boundaries: { shop: {} } });
const query = 'type Query @public { order(id: ID!): Order @public }';

test.each([
  [
    'a mutation whose place only its answer tells',
    `${query} type Mutation { cancel(id: ID!): Order @requiresPermissions(${closes}, boundary: "shop { id }") }`,
    'the rule of `Mutation.cancel`: a mutation has run before `boundary: "shop { id }"` can be read from what it returns; it needs `boundaryArgument` to find its shop first',
  ],
  [
    'the same for its own subject',
    `${query} type Mutation { cancel(id: ID!): Order @requiresPermissions(permissions: ["cancel_order"], boundaryType: "user", boundary: "shop { id }") }`,
    'a mutation has run before `boundary: "shop { id }"` can be read',
  ],
  [
    'the same for what is supplied to it',
    `${query} type Mutation @public { cancel(id: ID! @requiresPermissions(${closes}, boundary: "shop { id }")): Order @public }`,
    'a mutation has run before `boundary: "shop { id }"` can be read',
  ],
  [
    'the same by an interface of the root type',
    `${query} interface Cancels { cancel(id: ID!): Order @requiresPermissions(${closes}, boundary: "shop { id }") }
     type Mutation implements Cancels { cancel(id: ID!): Order @public }`,
    'the rule of `Cancels.cancel`: a mutation has run before',
  ],
  [
    'an id that nothing can look up',
    `${query} type Mutation { cancel(id: ID!): Order @requiresPermissions(${closes}, boundaryArgument: "id", boundary: "shop { id }") }`,
    'the schema has no `Query.node(id: ID!)`, by which `boundary: "shop { id }"` of what `id` names could be read before the field runs; name the place itself in an argument',
  ],
  [
    'an id of what has no such place',
    `type Query @public { node(id: ID!): Shop @public } type Mutation { cancel(id: ID!): Order @requiresPermissions(${closes}, boundaryArgument: "id", boundary: "shop { id }") }`,
    '`Query.node(id:)` returns nothing that has `boundary: "shop { id }"`',
  ],
])('stops the start: %s', (_, rest, message) => {
  expect(() => start(rest)).toThrow(
    expect.objectContaining({ code: 'BAD_RULES', message: expect.stringContaining(message) }),
  );
});

test.each([
  ['query', `type Query { order: Order @requiresPermissions(${closes}, boundary: "shop { id }") }`],
  [
    'subscription',
    `${query} type Subscription { order: Order @requiresPermissions(${closes}, boundary: "shop { id }") }`,
  ],
  [
    'mutation that names its place',
    `${query} type Mutation { cancel(shop: ID!): Order @requiresPermissions(${closes}, boundaryArgument: "shop") }`,
  ],
])('lets a %s start', (_, rest) => {
  expect(start(rest)).toBeDefined();
});

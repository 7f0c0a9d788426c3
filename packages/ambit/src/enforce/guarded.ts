import {
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  isNonNullType,
  isObjectType,
  isRequiredArgument,
} from 'graphql';
import type { Policy } from '../compile/policy.ts';
import type { FieldGuard, ObjectGuard } from '../decide/guard.ts';
import { anchorOf } from '../decide/locate.ts';
import type { FieldUse } from '../plan/plan.ts';
import { climb, type Frame } from './frames.ts';

/** Where a value is being decided. */
export interface Guarded {
  readonly use: FieldUse;
  readonly guard: FieldGuard;
  readonly context: unknown;
  readonly info: GraphQLResolveInfo;
  readonly positional: boolean;
}

/** M11: a list that answers its argument item by item keeps a null in the place of what is outside. */
export function isPositional(use: FieldUse): boolean {
  if (use.name === '_entities') return true;
  return (
    /(^n|N)odes$/.test(use.name) &&
    (use.field?.args.some((arg) => arg.name === 'ids' && isRequiredArgument(arg)) ?? false)
  );
}

/** Where the items of a list are objects of one type with one guard: most of them are like one before. */
export function quickGuard(
  type: GraphQLOutputType,
  guard: FieldGuard,
): { readonly guard: ObjectGuard; readonly type: GraphQLObjectType } | undefined {
  const item = isNonNullType(type) ? type.ofType : type;
  const own = isObjectType(item) ? guard.objects.get(item.name) : undefined;
  return isObjectType(item) && own?.show && own.nodes.length === 0 ? { guard: own, type: item } : undefined;
}

/** An object type of the schema that executes. */
export function objectTypeIn({ schema }: GraphQLResolveInfo, name: string): GraphQLObjectType | undefined {
  const type = schema.getType(name);
  return isObjectType(type) ? type : undefined;
}

/** The nearest object above `use` whose type does not inherit (M13), seen from where the field of `use` stands. */
export function holderOf(
  policy: Policy,
  use: FieldUse,
  { source, level }: Pick<Frame, 'source' | 'level'>,
  info: GraphQLResolveInfo,
): { readonly object: unknown; readonly type: GraphQLObjectType; readonly use: FieldUse } | undefined {
  const anchor = anchorOf(policy, use);
  const holder = anchor && climb(source, level, anchor.use);
  const type = anchor && objectTypeIn(info, anchor.access.type.name);
  return holder && type ? { object: holder.object, type, use: anchor.use } : undefined;
}

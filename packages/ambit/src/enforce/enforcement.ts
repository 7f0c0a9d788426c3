import {
  type GraphQLFieldResolver,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  type GraphQLTypeResolver,
  getNamedType,
  isCompositeType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import type { Decision } from '../decide/decision.ts';
import type { FieldGuard } from '../decide/guard.ts';
import type { FieldUse, Plan, Selection } from '../plan/plan.ts';
import { ABSENT, Ahead, GONE, isThere, type Look } from './ahead.ts';
import { Edges } from './edges.ts';
import type { Executable } from './executable.ts';
import { Frame, type Level, levelOf, responsePath } from './frames.ts';
import { type Guarded, isPositional, quickGuard } from './guarded.ts';
import { type KeptItems, keptKey } from './kept.ts';
import { hold, itemsOf } from './listitems.ts';
import { chain, firstOf, type Maybe, maybe, withoutErrors } from './maybe.ts';
import { ObjectDecider } from './objects.ts';
import type { DataSource } from './read.ts';
import { steady } from './steady.ts';
import { Turns } from './turns.ts';
import { TypeNames } from './typenames.ts';
import { Waves } from './waves.ts';

/** What one execution brings along. */
export interface EnforcementParts {
  readonly plan: Plan;
  readonly decision: Decision;
  readonly executable: Executable;
  readonly source: DataSource;
  readonly kept?: KeptItems;
  /** Called before a guarded root mutation runs; answers what is decided then, if its boundary still holds (M10). */
  readonly recheck?: ((use: FieldUse) => Promise<Decision | undefined>) | undefined;
}

/**
 * Holds the decision of one execution and applies it where values are completed. Its two functions are handed
 * to graphql-js with a routed schema; nothing of it outlives the execution or is shared with another.
 */
export class Enforcement {
  readonly #parts: EnforcementParts;
  readonly #frames = new Map<object, Frame>();
  readonly #types: TypeNames;
  readonly #decider: ObjectDecider;
  readonly #edges: Edges;
  readonly #turns = new Turns();
  /** Undefined where no place has to be asked for. */
  readonly #waves: Waves | undefined;

  constructor(parts: EnforcementParts) {
    this.#parts = parts;
    this.#types = new TypeNames(parts.source);
    this.#decider = new ObjectDecider(parts.plan, parts.decision, parts.source, this.#frames);
    this.#edges = new Edges({ ...parts, look: (value, at) => this.#look(value, at) });
    this.#waves = parts.decision.scene.atlas && new Waves();
  }

  readonly fieldResolver: GraphQLFieldResolver<unknown, unknown> = (source, args, context, info) => {
    if (this.#parts.decision.guards.size === 0 && !this.#parts.recheck) {
      return this.#parts.source.field(source, args, context, info);
    }
    const level = levelOf(info.path, this.#frames);
    const use = this.#useAt(level, info);
    const guard = this.#parts.decision.guards.get(use);
    const composite = isCompositeType(getNamedType(info.returnType));
    if (composite) this.#frames.set(info.path, new Frame(use, source, level));
    const read = (): unknown => {
      const value = this.#parts.source.field(source, args, context, info);
      return guard && guard.hiddenValues.size > 0
        ? this.#decider.shownValues(value, guard.hiddenValues, info)
        : value;
    };
    const whole = (): unknown =>
      guard && guard.objects.size > 0
        ? this.#guarded(this.#isOwnMutation(use) ? read() : withoutErrors(read), use, guard, context, info)
        : read();
    const waits = this.#parts.source.isImmediate !== true || this.#parts.decision.scene.atlas !== undefined;
    const isFragile = use.list && waits && this.#parts.executable.fragile.has(use);
    const proceed = isFragile ? (): unknown => steady(whole()) : whole;
    const ask = (): unknown => this.#before(use, guard, source, level, context, info, proceed);
    return guard && this.#waves ? this.#waves.join(ask) : ask();
  };

  readonly typeResolver: GraphQLTypeResolver<unknown, unknown> = (value, context, info, type) => {
    return (
      this.#types.known(value, info) ?? (this.#parts.source.typeName(value, type, context, info) as string)
    );
  };

  /** A field that was not planned must never run. */
  #useAt(level: Level, info: GraphQLResolveInfo): FieldUse {
    const selection: Selection | undefined = level.frame
      ? level.frame.use.selections.get(info.parentType.name)
      : this.#parts.plan.root;
    const use = selection?.fields.get(String(info.path.key));
    if (use) return use;
    throw new Error('this field was not planned');
  }

  /** What has to hold before a field runs; `proceed` runs it. */
  #before(
    use: FieldUse,
    guard: FieldGuard | undefined,
    source: unknown,
    level: Level,
    context: unknown,
    info: GraphQLResolveInfo,
    proceed: () => unknown,
  ): unknown {
    const refusal = this.#decider.refusalOf(use, guard, level, info);
    if (refusal) {
      if (refusal instanceof Error) throw refusal;
      return null;
    }
    const { recheck } = this.#parts;
    const isTurn = recheck !== undefined && use.parent === undefined;
    const run = this.#isOwnMutation(use) ? this.#changing(proceed) : proceed;
    if (!isTurn && (guard?.checks.length ?? 0) === 0) return run();
    const ask = (): unknown =>
      chain(this.#decider.fieldAnswer(use, guard?.checks ?? [], source, level, context, info), (answer) => {
        if (answer instanceof Error) throw answer;
        return answer === 'absent' ? null : run();
      });
    if (!isTurn) return ask();
    return recheck(use).then((decision) => {
      if (!decision) throw this.#decider.notFound(info);
      this.#decider.adopt(decision);
      return ask();
    });
  }

  /** What was told of places before a mutation runs may no longer be so when its payload is looked at. */
  #changing(proceed: () => unknown): () => unknown {
    return () => {
      this.#decider.forgetPlaces();
      return proceed();
    };
  }

  /** Whoever may run a mutation has to learn that it failed. */
  #isOwnMutation(use: FieldUse): boolean {
    return use.parent === undefined && this.#parts.plan.operation.operation === 'mutation';
  }

  /** The value of a field with every object in it decided; what is absent is dropped or null. */
  #guarded(
    value: unknown,
    use: FieldUse,
    guard: FieldGuard,
    context: unknown,
    info: GraphQLResolveInfo,
  ): Maybe<unknown> {
    const at: Guarded = { use, guard, context, info, positional: use.list && isPositional(use) };
    return chain(this.#visit(value, info.returnType, [], at), (shown) => (shown === ABSENT ? null : shown));
  }

  #visit(item: unknown, type: GraphQLOutputType, indexes: readonly number[], at: Guarded): Maybe<unknown> {
    const isOwn = indexes.length === 0 && this.#isOwnMutation(at.use);
    // An item of a list that failed may have been one outside, which would have left no trace.
    const failed = indexes.length > 0 ? ABSENT : null;
    const nullable = isNonNullType(type) ? type.ofType : type;
    return chain(isOwn ? maybe(item) : withoutErrors(() => item, failed), (settled) => {
      if (!isListType(nullable) || !isThere(settled) || this.#parts.source.isFault?.(settled))
        return chain(this.#look(settled, at), (look) => this.#placed(look, indexes, at));
      // What a list throws while it is read may be about an item outside, and is not told.
      return chain(
        withoutErrors(() => itemsOf(settled)),
        (items) => {
          if (Array.isArray(items)) return this.#list(items, nullable.ofType, indexes, at);
          return items === null ? null : settled;
        },
      );
    });
  }

  #list(
    items: readonly unknown[],
    type: GraphQLOutputType,
    indexes: readonly number[],
    at: Guarded,
  ): Maybe<unknown[]> {
    hold(items, type);
    const kept: unknown[] = [];
    const places: number[] = [];
    const keep = (shown: unknown): undefined => {
      const isKept = shown !== ABSENT || at.positional;
      places.push(isKept ? kept.length : -1);
      if (isKept) kept.push(shown === ABSENT ? null : shown);
      return undefined;
    };
    const quick = quickGuard(type, at.guard);
    const isNested = isListType(isNonNullType(type) ? type.ofType : type);
    const ahead = new Ahead(items, (item) =>
      chain(
        withoutErrors(() => item, ABSENT),
        (settled) => this.#look(settled, at),
      ),
    );
    const visit = (item: unknown, index: number): Maybe<undefined> => {
      const place = [...indexes, kept.length];
      if (isNested) return chain(this.#visit(item, type, place, at), keep);
      return chain(ahead.take(index), (look) => keep(this.#placed(look, place, at)));
    };
    const all = firstOf(items, (item, index) => {
      const known = quick && this.#decider.knownAnswer(quick.guard, item, quick.type);
      if (known === 'show' || known === 'hide') {
        ahead.skip(index);
        return keep(known === 'show' ? item : ABSENT);
      }
      const turn = this.#turns.next();
      return turn ? turn.then(() => visit(item, index)) : visit(item, index);
    });
    return chain(all, () => {
      this.#parts.kept?.set(keptKey([...responsePath(at.info), ...indexes]), places);
      return kept;
    });
  }

  /** Marks what is only passed through; what is left is the value. */
  #placed({ value, passing }: Look, indexes: readonly number[], { info }: Guarded): unknown {
    if (passing) this.#frames.get(info.path)?.passing.add(indexes.join(','));
    return value;
  }

  /** A value that is no list, decided. Where it stands does not matter to it. */
  #look(value: unknown, at: Guarded): Maybe<Look> {
    const { use, guard, context, info } = at;
    if (value === ABSENT || this.#parts.source.isFault?.(value)) return GONE;
    if (!isThere(value)) return { value: value instanceof Error ? value : null, passing: false };
    return chain(this.#types.of(value, info, context), (name) => {
      const type = name === undefined ? undefined : info.schema.getType(name);
      if (name === undefined || !isObjectType(type) || !use.selections.has(name)) return GONE;
      const objectGuard = guard.objects.get(name);
      if (!objectGuard?.show) return objectGuard ? GONE : { value, passing: false };
      return chain(this.#decider.objectAnswer(use, objectGuard, value, type, context, info), (answer) => {
        if (answer === 'hide') return GONE;
        const look: Look = { value, passing: answer === 'pass' };
        if (objectGuard.nodes.length === 0) return look;
        const shows = this.#edges.showsNode(objectGuard.nodes, value, type, at);
        return chain(shows, (isShown) => (isShown ? look : GONE));
      });
    });
  }
}

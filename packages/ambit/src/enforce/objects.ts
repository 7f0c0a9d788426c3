import {
  type GraphQLError,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  getNamedType,
  isEnumType,
} from 'graphql';
import { type Answer, type Asker, decideRule, isHeld, touches } from '../decide/decide.ts';
import type { Decision } from '../decide/decision.ts';
import { denial, fieldAnswer, type Telling } from '../decide/denial.ts';
import type { Check, FieldGuard, ObjectGuard } from '../decide/guard.ts';
import { locator } from '../decide/locate.ts';
import { deniedText, errorOf, notFoundText } from '../errors.ts';
import { deniedSentence } from '../explain.ts';
import { outputValue } from '../graphql/values.ts';
import type { FieldUse, Plan } from '../plan/plan.ts';
import type { BoundaryPath } from '../rules/boundarypath.ts';
import { identityOf, NO_IDENTITY } from '../rules/placesource.ts';
import type { Denial } from '../types.ts';
import { climb, type Frame, type Level, responsePath } from './frames.ts';
import { holderOf } from './guarded.ts';
import { itemsOf } from './listitems.ts';
import { chain, firstOf, type Maybe, maybe, withoutErrors } from './maybe.ts';
import { type KnownIdentity, KnownPlaces, type ObjectAnswer, placesOf } from './places.ts';
import type { DataSource } from './read.ts';
import { type Reading, type Readings, readingKey, untilKnown } from './readings.ts';

/** Decides what waited for an object, once the object is there. Everything that goes wrong on the way denies. */
export class ObjectDecider {
  readonly #frames: ReadonlyMap<object, Frame>;
  readonly #plan: Plan;
  #decision: Decision;
  readonly #source: DataSource;
  #asker: Asker;
  readonly #telling: Telling;
  #places: KnownPlaces;
  readonly #readers: ReadonlyMap<FieldUse, { readonly use: FieldUse; readonly guard: ObjectGuard }>;

  constructor(plan: Plan, decision: Decision, source: DataSource, frames: ReadonlyMap<object, Frame>) {
    this.#frames = frames;
    this.#plan = plan;
    this.#decision = decision;
    this.#source = source;
    this.#places = new KnownPlaces(source);
    this.#asker = this.#askerOf(decision);
    this.#telling = {
      holds: (need) => isHeld(need, this.#asker),
      hides: (coordinate) => this.#decision.scene.hides(coordinate),
    };
    const readers = new Map<FieldUse, { use: FieldUse; guard: ObjectGuard }>();
    for (const [use, { objects }] of decision.guards) {
      for (const guard of objects.values()) {
        if (guard.traverse) for (const read of guard.reads) readers.set(read, { use, guard });
      }
    }
    this.#readers = readers;
  }

  #askerOf({ rights }: Decision): Asker {
    return { rights, operation: this.#plan.operation.operation, narrow: false };
  }

  /** Goes on with what is decided now; which objects are looked at stays as it was. */
  adopt(decision: Decision): void {
    this.#decision = decision;
    this.#asker = this.#askerOf(decision);
  }

  /** Asks about places anew from here on, where a source tells of them. */
  forgetPlaces(): void {
    const { atlas } = this.#decision.scene;
    if (!atlas) return;
    atlas.forget();
    this.#places = new KnownPlaces(this.#source);
  }

  /** What refuses a field before anything is read: an error, or null without one. */
  refusalOf(
    use: FieldUse,
    guard: FieldGuard | undefined,
    level: Level,
    info: GraphQLResolveInfo,
  ): GraphQLError | 'null' | undefined {
    if (guard?.denied) return this.#error(guard.denied, info) ?? 'null';
    const reader = this.#readers.get(use);
    if (!reader) return undefined;
    const at = climb(undefined, level, reader.use)?.level;
    if (!at?.frame?.passing.has(at.indexes)) return undefined;
    return this.#error(
      reader.guard.soft.map(({ rule }) => denial(use, rule, 'not here', this.#telling)),
      info,
    );
  }

  #error(denials: readonly Denial[], info: GraphQLResolveInfo): GraphQLError | undefined {
    const [first, ...rest] = denials.filter((one) => one.kind !== 'outside');
    return (
      first && errorOf(deniedText([first, ...rest], deniedSentence([first, ...rest]), responsePath(info)))
    );
  }

  /** An enum value, or a list of them, with an error in the place of each that may not be seen. */
  shownValues(value: unknown, hidden: ReadonlyMap<string, Denial>, info: GraphQLResolveInfo): unknown {
    const type = getNamedType(info.returnType);
    const shown = (one: unknown): unknown => {
      const settled = maybe(one);
      if (settled instanceof Promise) return settled.then(shown);
      const items = itemsOf(one);
      if (items) return chain(items, (all) => all.map(shown));
      if (one === null || one === undefined || !isEnumType(type)) return one;
      const found = hidden.get(String(outputValue(type, one)));
      return found ? (this.#error([found], info) ?? null) : one;
    };
    return shown(value);
  }

  notFound(info: GraphQLResolveInfo): GraphQLError {
    return errorOf(notFoundText(responsePath(info)));
  }

  /** Field rules that waited for the object above. */
  fieldAnswer(
    use: FieldUse,
    checks: readonly Check[],
    source: unknown,
    level: Level,
    context: unknown,
    info: GraphQLResolveInfo,
  ): Maybe<'proceed' | 'absent' | GraphQLError> {
    const read: Reading = (whose, path) =>
      whose === 'self' ? null : this.#ofHolder(use, { source, level }, path, context, info);
    const denials: Denial[] = [];
    const asked = firstOf(checks, (check) =>
      chain(this.#ask(check, read), (answer) => {
        if (answer === 'allow') return undefined;
        const failure = answer === 'missing' ? 'missing' : fieldAnswer(check, 'outside');
        denials.push(denial(use, check.rule, failure, this.#telling));
        return undefined;
      }),
    );
    return chain(asked, () => (denials.length === 0 ? 'proceed' : (this.#error(denials, info) ?? 'absent')));
  }

  /** The answer for an object whose place was decided in this execution before; undefined where it has to be asked. */
  knownAnswer(guard: ObjectGuard, object: unknown, type: GraphQLObjectType): ObjectAnswer | undefined {
    return this.#places.known(guard, object, type);
  }

  /** Whether an object is shown, passed through, or as one that does not exist. */
  objectAnswer(
    use: FieldUse,
    guard: ObjectGuard,
    object: unknown,
    type: GraphQLObjectType,
    context: unknown,
    info: GraphQLResolveInfo,
  ): Maybe<ObjectAnswer> {
    const ask = (known?: KnownIdentity): Maybe<ObjectAnswer> => {
      const readings: Readings = new Map(known ? [[readingKey('self', known.path), known.identity]] : []);
      return this.#asked(use, guard, object, type, context, info, readings);
    };
    return this.#places.remembered(guard, object, type, ask);
  }

  #asked(
    use: FieldUse,
    guard: ObjectGuard,
    object: unknown,
    type: GraphQLObjectType,
    context: unknown,
    info: GraphQLResolveInfo,
    readings: Readings,
  ): Maybe<ObjectAnswer> {
    const read: Reading = (whose, path) =>
      whose === 'self'
        ? this.#identity(object, type, path, context, info, use)
        : this.#ofHolder(use, this.#frames.get(info.path), path, context, info);
    return chain(this.#allAllow(guard.hard, read, readings), (hard) => {
      if (!hard) return 'hide';
      return chain(this.#allAllow(guard.soft, read, readings), (soft) => {
        if (soft) return 'show';
        if (!guard.traverse) return 'hide';
        return chain(this.#touches(guard, read, readings), (touched) => (touched ? 'pass' : 'hide'));
      });
    });
  }

  /** Whether anything is held at, above or below one of the object's boundaries (M12). */
  #touches(guard: ObjectGuard, read: Reading, readings: Readings): Maybe<boolean> {
    const places = placesOf(guard.soft);
    const found = firstOf(places, ({ alternative, place }) =>
      chain(
        untilKnown(readings, read, this.#decision.scene.atlas, (reader) => {
          const at = locator(this.#decision.scene, place, reader)(alternative);
          return at.at === 'later' ? undefined : at;
        }),
        (located) =>
          located?.at === 'known' &&
          located.keys.every((key) => touches(this.#decision.rights, this.#asker.operation, key))
            ? true
            : undefined,
      ),
    );
    return chain(found, (one) => one === true);
  }

  /** Whether every check answers `allow`; nothing else counts. */
  #allAllow(checks: readonly Check[], read: Reading, readings: Readings): Maybe<boolean> {
    const refused = firstOf(checks, (check) =>
      chain(this.#ask(check, read, readings), (answer) => (answer === 'allow' ? undefined : answer)),
    );
    return chain(refused, (answer) => answer === undefined);
  }

  /** What a rule answers once everything that it wants to know has been read. Late is never allowed. */
  #ask(check: Check, read: Reading, readings: Readings = new Map()): Maybe<Answer> {
    const answer = untilKnown(readings, read, this.#decision.scene.atlas, (reader) => {
      const asker = check.narrow ? { ...this.#asker, narrow: true } : this.#asker;
      const now = decideRule(check.rule, asker, locator(this.#decision.scene, check.place, reader));
      return now === 'defer' ? undefined : now;
    });
    return chain(answer, (settled) => settled ?? 'outside');
  }

  #ofHolder(
    use: FieldUse,
    frame: Pick<Frame, 'source' | 'level'> | undefined,
    path: BoundaryPath,
    context: unknown,
    info: GraphQLResolveInfo,
  ): Maybe<string | null> {
    const holder = frame && holderOf(this.#plan.policy, use, frame, info);
    return holder ? this.#identity(holder.object, holder.type, path, context, info, holder.use) : null;
  }

  #identity(
    object: unknown,
    type: GraphQLObjectType,
    path: BoundaryPath,
    context: unknown,
    info: GraphQLResolveInfo,
    use: FieldUse,
  ): Maybe<string | null> {
    const found = withoutErrors(
      () => this.#source.identity(object, type, path, context, info, use),
      NO_IDENTITY,
    );
    return chain(found, (identity) => identityOf(identity ?? null));
  }
}

import {
  type GraphQLObjectType,
  type GraphQLOutputType,
  getArgumentValues,
  getNamedType,
  isEnumType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  isRequiredArgument,
} from 'graphql';
import { type Answer, locate, type Reached, type Request, type Spot, valueIn } from './asking.ts';
import { type Before, toldAtField, type Waiting } from './before.ts';
import type { Use } from './operation.ts';
import type { Rule } from './rules.ts';

/** An object that is as one that does not exist (M11). */
const ABSENT = Symbol('absent');

/** Thrown from a non-null position to the nearest one that may be null (GraphQL section 6.4.4). */
class NullInNonNull extends Error {}

/** An object that was reached, and what may not be read of it because it is only passed through (M12). */
interface Frame extends Reached {
  readonly refused: ReadonlySet<Use>;
  readonly above: Frame | undefined;
}

/** Executes what is left of an operation, and decides at each object what only the object can tell. */
export class During {
  /** Response paths of denials that an object decided, without list indices. */
  denied: string[] = [];
  /** Of those, the ones whose place is gone with a null: whether they are told is left open (GraphQL section 6.4.4). */
  readonly lost: string[] = [];
  /** Whether GraphQL itself has an error to tell. */
  hasOwnErrors = false;
  readonly #request: Request;
  readonly #before: Before;
  readonly #deadEverywhere: (use: Use) => boolean;

  constructor(request: Request, before: Before, deadEverywhere: (use: Use) => boolean) {
    this.#request = request;
    this.#before = before;
    this.#deadEverywhere = deadEverywhere;
  }

  run(roots: readonly Use[], root: unknown): Record<string, unknown> | null {
    try {
      return this.#selection(roots, root, undefined);
    } catch (error) {
      if (error instanceof NullInNonNull) return null;
      throw error;
    }
  }

  #selection(uses: readonly Use[], object: unknown, frame: Frame | undefined): Record<string, unknown> {
    const data: Record<string, unknown> = {};
    const mark = this.denied.length;
    let isLost = false;
    for (const use of uses) {
      try {
        data[use.key] = this.#use(use, object, frame);
      } catch (error) {
        if (!(error instanceof NullInNonNull)) throw error;
        isLost = true;
      }
    }
    if (!isLost) return data;
    this.lost.push(...this.denied.splice(mark));
    throw new NullInNonNull();
  }

  #use(use: Use, object: unknown, frame: Frame | undefined): unknown {
    const isRefused = this.#refuses(use, frame);
    if (isRefused) this.#request.seen.withheld = true;
    const value = isRefused ? null : use.field ? this.#value(use, object, frame) : use.on.name;
    if (value !== null) return value;
    // `__typename` is `String!` as well.
    if (use.field && !isNonNullType(use.field.type)) return null;
    this.hasOwnErrors = true;
    throw new NullInNonNull();
  }

  /** Whether a use answers null without being read. */
  #refuses(use: Use, frame: Frame | undefined): boolean {
    if (this.#before.dead.has(use)) {
      const isTold = (this.#before.why.get(use) ?? []).some(({ kind }) => kind === 'missing');
      if (isTold && !this.#deadEverywhere(use)) this.#deny(use);
      return true;
    }
    for (let at = frame; at; at = at.above) {
      if (!at.refused.has(use)) continue;
      this.#deny(use);
      return true;
    }
    let isRefused = false;
    for (const check of this.#before.waiting.get(use) ?? []) {
      if (isOfReturned(use, check)) continue;
      const answer = this.#settled(check, { use: check.at ?? use, as: check.as, from: frame });
      if (answer === 'yes') continue;
      isRefused = true;
      if (toldAtField(use, check, answer).kind === 'missing') this.#deny(use);
    }
    return isRefused;
  }

  #deny(use: Use): void {
    this.denied.push(use.path.join('.'));
  }

  /** What is still not known when the object is there is never allowed. */
  #settled(check: Waiting, spot: Spot): Answer {
    const answer = this.#before.ask(check, spot);
    return answer === 'later' ? 'outside' : answer;
  }

  #value(use: Use, object: unknown, frame: Frame | undefined): unknown {
    const field = use.field!;
    this.#request.witness?.read(object, use.name, 'to show');
    try {
      const args = getArgumentValues(field, use.nodes[0]!, this.#request.operation.coerced);
      return this.#completed(use, field.type, valueIn(object, use.name, args), frame);
    } catch (error) {
      if (!(error instanceof NullInNonNull || this.#dependsOnObjects(use))) this.hasOwnErrors = true;
      return null;
    }
  }

  /** M11: where an object may be outside, the API's own error is not told. Who may run a mutation learns that it failed. */
  #dependsOnObjects(use: Use): boolean {
    const isOwnMutation =
      use.parent === undefined && this.#request.operation.definition.operation === 'mutation';
    if (isOwnMutation) return false;
    return [...(this.#before.objects.get(use)?.keys() ?? [])].some((name) => this.#mayBeAbsent(use, name));
  }

  /** Whether an object of a type may be as one that does not exist, by what is known before anything runs. */
  #mayBeAbsent(use: Use, name: string): boolean {
    const objects = this.#before.objects.get(use)?.get(name);
    if (!objects || objects.state === 'denied' || this.#nodesOf(use, name).length > 0) return true;
    return [...objects.firm, ...objects.waivable].some(
      (check) => this.#before.ask(check, { use: check.at ?? use, as: check.as }) !== 'yes',
    );
  }

  /** What is selected as the node of an edge, where the edge goes with it. */
  #nodesOf(use: Use, name: string): readonly Use[] {
    const { book } = this.#request;
    const type = book.schema.getType(name);
    if (!isObjectType(type) || book.shape(type) !== 'edge' || book.cover(type) !== 'inherits') return [];
    const children = (use.below.get(name) ?? []).filter(
      (child) => child.name === 'node' && !this.#before.dead.has(child),
    );
    const mayGo = (node: GraphQLObjectType): boolean =>
      children.every((child) => this.#mayBeAbsent(child, node.name));
    return book.nodeTypes(type).some(mayGo) ? children : [];
  }

  #completed(use: Use, type: GraphQLOutputType, value: unknown, frame: Frame | undefined): unknown {
    const shown = this.#shown(use, type, value, frame);
    return shown === ABSENT ? null : shown;
  }

  /** GraphQL's CompleteValue (section 6.4.3), with what is outside left out. */
  #shown(use: Use, type: GraphQLOutputType, value: unknown, frame: Frame | undefined): unknown {
    if (isNonNullType(type)) {
      const shown = this.#shown(use, type.ofType, value, frame);
      if (shown !== null) return shown;
      this.hasOwnErrors = true;
      throw new NullInNonNull();
    }
    if (value === null || value === undefined) return null;
    if (isListType(type)) return this.#list(use, type.ofType, value as readonly unknown[], frame);
    if (isLeafType(type)) return this.#leaf(use, type.serialize(value));
    return this.#object(use, value, frame);
  }

  #list(
    use: Use,
    type: GraphQLOutputType,
    values: readonly unknown[],
    frame: Frame | undefined,
  ): readonly unknown[] {
    const items: unknown[] = [];
    const mark = this.denied.length;
    let isLost = false;
    for (const value of values) {
      try {
        const shown = this.#shown(use, type, value, frame);
        if (shown !== ABSENT) items.push(shown);
        else if (isPositional(use) && isNonNullType(type)) {
          this.hasOwnErrors = true;
          isLost = true;
        } else if (isPositional(use)) items.push(null);
      } catch (error) {
        if (!(error instanceof NullInNonNull || this.#dependsOnObjects(use))) this.hasOwnErrors = true;
        if (isNonNullType(type)) isLost = true;
        else items.push(null);
      }
    }
    if (!isLost) return items;
    this.lost.push(...this.denied.splice(mark));
    throw new NullInNonNull();
  }

  /** M1: an enum value that the credential may not see is null with an error. */
  #leaf(use: Use, value: unknown): unknown {
    const type = getNamedType(use.field!.type);
    if (!isEnumType(type)) return value;
    const { book, credential, operation } = this.#request;
    const isNarrow =
      use.parent === undefined && credential.isNarrow(operation.definition.operation, use.name);
    const isSeen = book
      .asking([`${type.name}.${String(value)}`])
      .every((rule) => this.#settled({ rule, as: 'input', isNarrow }, { use, as: 'input' }) === 'yes');
    if (isSeen) return value;
    this.#deny(use);
    return null;
  }

  #object(use: Use, value: unknown, frame: Frame | undefined): unknown {
    const type = this.#typeOf(use, value);
    const presence = type ? this.#presence(use, type, value, frame) : 'absent';
    if (!type || presence === 'absent') {
      this.#request.seen.withheld = true;
      this.#request.witness?.hidden(frame?.object ?? this.#request.root, use.name, value);
      return ABSENT;
    }
    this.#request.witness?.shown(frame?.object ?? this.#request.root, use.name, value);
    const reads = this.#before.objects.get(use)?.get(type.name)?.reads ?? [];
    // An inheriting object of which only the name is read is refused as a whole.
    const whole = reads.map((read) => (read.field ? read : (read.parent ?? read)));
    const refused: ReadonlySet<Use> = new Set(presence === 'passed' ? whole : []);
    const reached: Frame = { use, type, object: value, above: frame, refused };
    return this.#selection(use.below.get(type.name) ?? [], value, reached);
  }

  #typeOf(use: Use, value: unknown): GraphQLObjectType | undefined {
    const returned = getNamedType(use.field!.type);
    if (isObjectType(returned)) return returned;
    const named = this.#request.book.schema.getType(String((value as Record<string, unknown>)['__typename']));
    return isObjectType(named) ? named : undefined;
  }

  /** Whether an object is there, is only passed through, or is as one that does not exist. */
  #presence(
    use: Use,
    type: GraphQLObjectType,
    value: unknown,
    frame: Frame | undefined,
  ): 'shown' | 'passed' | 'absent' {
    const objects = this.#before.objects.get(use)?.get(type.name);
    if (!objects || objects.state === 'denied') return 'absent';
    const spot = { use, object: { value, type }, from: frame };
    const ofField = (this.#before.waiting.get(use) ?? []).filter((check) => isOfReturned(use, check));
    const firm = [...objects.firm, ...ofField];
    const isFirm = (check: Waiting): boolean =>
      this.#settled(check, { ...spot, use: check.at ?? use, as: check.as }) === 'yes';
    if (!firm.every(isFirm)) return 'absent';
    if (this.#request.book.shape(type) === 'edge' && this.#isNodeAbsent(use, type, value, frame))
      return 'absent';
    const lacking = objects.waivable.filter(
      (check) => this.#settled(check, { ...spot, as: 'type' }) !== 'yes',
    );
    if (lacking.length === 0) return 'shown';
    if (objects.state === 'empty' || !objects.leadsOn) return 'absent';
    if (!lacking.some((check) => this.#touches(check, { ...spot, as: 'type' }))) return 'absent';
    this.#request.seen.traversal = true;
    return 'passed';
  }

  /** M12: whether the credential holds anything at, above or below a boundary of the object. */
  #touches({ rule }: Waiting, spot: Spot): boolean {
    const { credential, operation } = this.#request;
    const places = (rule as Rule).asks.flatMap((ask) => ('places' in ask ? ask.places : []));
    return places.some((place) => {
      const located = locate(this.#request, place, spot);
      return (
        typeof located !== 'string' &&
        located.every((one) => credential.touches(one, operation.definition.operation))
      );
    });
  }

  /** An edge goes with its node: what is on it would say that there is one. */
  #isNodeAbsent(use: Use, type: GraphQLObjectType, edge: unknown, frame: Frame | undefined): boolean {
    const uses = this.#nodesOf(use, type.name);
    const [first] = uses;
    if (!first) return false;
    const reached: Frame = { use, type, object: edge, above: frame, refused: new Set() };
    let value: unknown;
    this.#request.witness?.read(edge, 'node', 'to decide');
    try {
      value = valueIn(edge, 'node', {});
    } catch {
      return true;
    }
    // Without a node, or with one of which nobody knows what it is, it is as if the node were outside.
    const node = value === null || value === undefined ? undefined : this.#typeOf(first, value);
    return !node || uses.every((child) => this.#presence(child, node, value, reached) === 'absent');
  }
}

/** M13: at a root field a boundary without an argument is that of the object returned. */
function isOfReturned(use: Use, { rule, as }: Waiting): boolean {
  if (use.parent !== undefined || as !== 'field') return false;
  return rule.asks.some(
    (ask) => 'places' in ask && ask.places.some(({ path, argument }) => path && !argument),
  );
}

/** M11: a list that answers its argument item by item. */
function isPositional(use: Use): boolean {
  if (use.name === '_entities') return true;
  const isByIds = use.field!.args.some((one) => one.name === 'ids' && isRequiredArgument(one));
  return /(^n|N)odes$/.test(use.name) && isByIds;
}

import {
  type GraphQLObjectType,
  getNamedType,
  getNullableType,
  isAbstractType,
  isCompositeType,
  isListType,
} from 'graphql';
import { type Answer, askRule, hangs, placesOf, type Request, type Spot } from './asking.ts';
import { isStandalone } from './ground.ts';
import { suppliedTo } from './inputs.ts';
import type { Use } from './operation.ts';
import type { Ask, Rule } from './rules.ts';

/** A denial that is known before anything runs, or told at an object. `outside` is never told (M11). */
export interface Denial {
  readonly path: readonly string[];
  readonly kind: 'missing' | 'outside';
  readonly effect: string | undefined;
}

/** A rule to be asked again once there is an object, and where. */
export interface Waiting {
  readonly rule: Pick<Rule, 'asks' | 'effect'>;
  readonly as: Spot['as'];
  readonly isNarrow: boolean;
  /** The use at which it is asked, where that is not the one that waits. */
  readonly at?: Use;
}

/** What is known of the objects of one concrete type that a use returns. */
export interface Objects {
  /** `empty`: everything selected of them is denied. */
  readonly state: 'alive' | 'empty' | 'denied';
  /** Type rules that nothing waives, and those that passing through waives (M12). */
  readonly firm: readonly Waiting[];
  readonly waivable: readonly Waiting[];
  /** Whether something with a rule of its own is permitted below. */
  readonly leadsOn: boolean;
  /** What reads the object itself. */
  readonly reads: readonly Use[];
}

/** What is around a use: the rules of the nodes of the list around it, and how far a narrow scope speaks (M17). */
interface Around {
  readonly nodeRules: readonly Rule[];
  readonly isNarrow: boolean;
  readonly isNarrowList: boolean;
}

/** What a selection says to the object above. */
interface Found {
  readonly denials: readonly Denial[];
  readonly reads: readonly Use[];
  /** Uses that return inheriting objects of which it is told that they are there, with what is selected of those. */
  readonly counted: readonly (readonly [Use, readonly Use[]])[];
  /** Whether anything was selected that would read the object, be it denied by itself. */
  readonly triesToRead: boolean;
  readonly leadsOn: boolean;
}

const NOTHING: Found = { denials: [], reads: [], counted: [], triesToRead: false, leadsOn: false };
const NOWHERE: Around = { nodeRules: [], isNarrow: false, isNarrowList: false };

/** Everything about one operation that is known before it runs. */
export class Before {
  readonly denials: readonly Denial[];
  /** Uses that were decided: all but those below objects of a type that nobody marked. */
  readonly decided: Set<Use> = new Set();
  readonly dead: Set<Use> = new Set();
  readonly why: Map<Use, readonly Denial[]> = new Map();
  readonly objects: Map<Use, Map<string, Objects>> = new Map();
  readonly waiting: Map<Use, readonly Waiting[]> = new Map();
  readonly #request: Request;
  readonly #operation: string;

  constructor(request: Request, roots: readonly Use[]) {
    this.#request = request;
    this.#operation = request.operation.definition.operation;
    this.denials = roots.flatMap((use) => {
      this.decided.add(use);
      const { denials } = use.field ? this.#use(use, NOWHERE) : this.#kept(use);
      if (!request.credential.isBarred || this.dead.has(use)) return denials;
      this.#kill(use, [unmarked(use)]);
      return [...denials, unmarked(use)];
    });
  }

  /** Everything below but `__typename`, which is settled once the rest is known. */
  #children(children: readonly Use[], around: Around): Found {
    for (const child of children) this.decided.add(child);
    return together(children.filter(({ field }) => field).map((child) => this.#use(child, around)));
  }

  #kill(use: Use, why: readonly Denial[]): void {
    this.dead.add(use);
    this.why.set(use, why);
  }

  /** What caveats keep a field of a root type from: everything, wherever an object of that type is reached. */
  #kept(use: Use): Found {
    const verb = this.#request.book.verbOf(use.on);
    if (!verb || !this.#request.credential.isKeptFrom(verb, use.field && use.name)) return NOTHING;
    this.#kill(use, [unmarked(use)]);
    return { ...NOTHING, denials: [unmarked(use)] };
  }

  #use(use: Use, around: Around): Found {
    const kept = this.#kept(use);
    if (kept !== NOTHING) return kept;
    const own = this.#ownDenials(use, around);
    const isObject = isCompositeType(getNamedType(use.field!.type));
    const below = isObject ? this.#returned(use, around) : { ...NOTHING, isAlive: true };
    if (own.length > 0) this.#kill(use, own);
    else if (!below.isAlive) this.#kill(use, below.denials);
    const denials = own.length > 0 && !this.#isMutation() ? own : [...own, ...below.denials];
    const isDead = this.dead.has(use);
    if (around.nodeRules.length > 0 && (!isObject || this.#isUnruled(use, 'all')))
      return { ...NOTHING, denials, leadsOn: !isDead };
    const fromBelow = own.length > 0 ? NOTHING : below;
    return {
      denials,
      reads:
        (!isObject || this.#isUnruled(use, 'some')) && !isDead ? [...fromBelow.reads, use] : fromBelow.reads,
      counted: fromBelow.counted,
      triesToRead: !isObject || fromBelow.triesToRead,
      leadsOn: fromBelow.leadsOn,
    };
  }

  /**
   * A child that may be without a rule of its own, in some of its types, belongs to the object around it; in a list
   * one that is so in all of them is a part of the list.
   */
  #isUnruled(use: Use, how: 'some' | 'all'): boolean {
    const { book } = this.#request;
    const types = book.possible(getNamedType(use.field!.type));
    const unruled = types.filter((type) => ['public', 'unmarked', 'root'].includes(book.cover(type)));
    return how === 'some' ? unruled.length > 0 : unruled.length === types.length;
  }

  /** What stands on the field itself, on what is supplied to it, and on the list whose leaf it is. */
  #ownDenials(use: Use, around: Around): Denial[] {
    const { book, credential, operation } = this.#request;
    const isNarrow = use.parent === undefined && credential.isNarrow(this.#operation, use.name);
    const checks: Waiting[] = [
      ...book.fieldRules(use.on, use.name).map((rule) => ({ rule, as: 'field' as const, isNarrow })),
      ...book
        .asking([...new Set(suppliedTo(use, operation))])
        .map((rule) => ({ rule, as: 'input' as const, isNarrow })),
    ];
    if (checks.some(({ as }) => as === 'input')) this.#request.seen.inputRule = true;
    const isPart = !isCompositeType(getNamedType(use.field!.type)) || this.#isUnruled(use, 'all');
    const isSpokenFor =
      !hangs(book, use) && book.isMarked([`${use.on.name}.${use.name}`, ...interfaceFields(use)]);
    if (isPart && !isSpokenFor)
      checks.push(
        ...around.nodeRules.map((rule) => ({ rule, as: 'list' as const, isNarrow: around.isNarrowList })),
      );
    const denials = book.isCovered(use.on, use.name) || this.#opensUnmarked() ? [] : [unmarked(use)];
    const waiting = checks.filter((check) => {
      const answer = this.ask(check, { use, as: check.as });
      if (answer === 'missing' || answer === 'outside') denials.push(toldAtField(use, check, answer));
      return answer === 'later';
    });
    this.waiting.set(use, waiting);
    return denials;
  }

  ask({ rule, isNarrow }: Waiting, spot: Spot): Answer {
    return askRule(this.#request, rule, spot, isNarrow);
  }

  /** M16: what nobody marked is open to coarse scopes, unless the rest is denied on purpose (M3), or caveats leave less than all. */
  #opensUnmarked(): boolean {
    const { credential, book } = this.#request;
    return credential.isCoarse(this.#operation) && !credential.isLimited && !book.isRestDenied;
  }

  #isMutation(): boolean {
    return this.#operation === 'mutation';
  }

  /** M5: the objects that a use returns, for each concrete type. */
  #returned(use: Use, around: Around): Found & { readonly isAlive: boolean } {
    const { book, credential } = this.#request;
    const returned = getNamedType(use.field!.type);
    const speaks = use.parent ? around.isNarrow : credential.isNarrow(this.#operation, use.name);
    const isNarrow = speaks && !isAbstractType(returned);
    const inner = { ...around, isNarrow, isNarrowList: isNarrow || around.isNarrowList };
    const objects = new Map<string, Objects>();
    const found = book.possible(returned).map((type) => {
      const children = use.below.get(type.name) ?? [];
      const one =
        book.cover(type) === 'inherits'
          ? this.#inheriting(use, type, children, inner)
          : this.#object(use, type, children, inner);
      objects.set(type.name, one);
      return one;
    });
    this.objects.set(use, objects);
    const isAlive = found.some(({ state }) => state === 'alive');
    const isMixed = isAlive && isAbstractType(returned) && !this.#isMutation();
    return {
      isAlive,
      denials: found.flatMap(({ state, denials }) => (isMixed && state === 'denied' ? [] : denials)),
      reads: found.flatMap(({ toAbove }) => toAbove.reads),
      counted: found.flatMap(({ toAbove }) => toAbove.counted),
      triesToRead: found.some(({ toAbove }) => toAbove.triesToRead),
      leadsOn: found.some(({ toAbove }) => toAbove.leadsOn),
    };
  }

  /** M4: what belongs to a list, to a payload, or to the object above. */
  #inheriting(
    use: Use,
    type: GraphQLObjectType,
    children: readonly Use[],
    around: Around,
  ): Objects & { denials: readonly Denial[]; toAbove: Found } {
    const shape = this.#request.book.shape(type);
    if (children.length > 0) this.#request.seen.inherits = true;
    const isList = shape === 'connection' || shape === 'edge';
    // A payload that hangs on an object belongs to that object, like any other helper.
    const isPayload = shape === 'payload' && children.every(({ parent }) => !parent?.parent);
    const inner = isPayload
      ? NOWHERE
      : isList
        ? { nodeRules: this.#nodeRules(type), isNarrow: around.isNarrow, isNarrowList: around.isNarrow }
        : { ...around, isNarrow: false };
    const found = this.#children(children, inner);
    const names = children.filter(({ field }) => !field);
    const isAlone = children.every((child) => !child.field || this.dead.has(child));
    const isCounted = isListType(getNullableType(use.field!.type)) || shape === 'edge';
    const isMixed = isCounted && isAbstractType(getNamedType(use.field!.type)) && inner.nodeRules.length > 0;
    const isNamed = isAlone && names.length > 0 && !isMixed;
    const namesDenied = isNamed ? names.flatMap((name) => this.#nameAlone(name, inner)) : [];
    const reads = isAlone && inner.nodeRules.length === 0 ? names : [];
    const isEmpty =
      children.some((child) => this.dead.has(child)) && children.every((child) => this.dead.has(child));
    const asked = isCounted && !isNamed ? this.#uncounted(use, type, children, inner) : [];
    const later = asked.filter((check) => this.ask(check, { use: check.at!, as: 'list' }) === 'later');
    const uncounted = asked
      .filter((check) => !later.includes(check))
      .map(({ at, ...check }) => toldAtField(use, check, this.ask(check, { use: at!, as: 'list' })));
    if (!isMixed) this.waiting.set(use, [...(this.waiting.get(use) ?? []), ...later]);
    return {
      state: uncounted.length > 0 ? 'denied' : isEmpty ? 'empty' : 'alive',
      firm: isMixed ? later : [],
      waivable: [],
      leadsOn: found.leadsOn,
      reads: [],
      denials: [...found.denials, ...namesDenied, ...(isEmpty ? [] : uncounted)],
      toAbove: isPayload
        ? NOTHING
        : {
            denials: [],
            reads: [...found.reads, ...reads],
            counted:
              isCounted && inner.nodeRules.length === 0 ? [...found.counted, [use, children]] : found.counted,
            triesToRead: found.triesToRead || reads.length > 0,
            leadsOn: found.leadsOn,
          },
    };
  }

  /** `__typename` selected alone reads what it stands on (M12). */
  #nameAlone(name: Use, { nodeRules, isNarrowList }: Around): Denial[] {
    const checks = nodeRules.map((rule): Waiting => ({ rule, as: 'list', isNarrow: isNarrowList }));
    const answers = checks.map((check) => this.ask(check, { use: name, as: 'list' }));
    const denials = checks.flatMap((check, index) => {
      const answer = answers[index];
      return answer === 'missing' || answer === 'outside' ? [toldAtField(name, check, answer)] : [];
    });
    // What waits for an object is asked of the field around: the name is all that is read of it.
    const around = name.parent;
    if (around) {
      const later = checks
        .filter((_, index) => answers[index] === 'later')
        .map((check) => ({ ...check, at: name }));
      this.waiting.set(around, [...(this.waiting.get(around) ?? []), ...later]);
    }
    if (denials.length > 0) this.#kill(name, denials);
    return denials;
  }

  /** M4: what the list around asks of one of its parts that says no more than that it is there. */
  #uncounted(
    use: Use,
    type: GraphQLObjectType,
    children: readonly Use[],
    around: Around,
  ): readonly Waiting[] {
    // Asked as anything would be that stands on it.
    const at: Use = { ...use, on: type, field: undefined, parent: use, below: new Map() };
    const checks = around.nodeRules
      .map((rule): Waiting => ({ rule, as: 'list', isNarrow: around.isNarrowList, at }))
      .filter((check) => this.ask(check, { use: at, as: 'list' }) !== 'yes');
    const waitsForAll = (child: Use): boolean => {
      const rules = (this.waiting.get(child) ?? []).filter(({ as }) => as === 'list').map(({ rule }) => rule);
      return checks.every(({ rule }) => rules.some((same) => same.asks === rule.asks));
    };
    // An edge is kept by its node alone.
    const keepers =
      this.#request.book.shape(type) === 'edge' ? children.filter(({ name }) => name === 'node') : children;
    return checks.length > 0 && this.#isBare(keepers, waitsForAll) ? checks : [];
  }

  /** Whether all that is left of some inheriting object is `judged` where it hangs. */
  #isBare(children: readonly Use[], judged: (child: Use) => boolean): boolean {
    const { book } = this.#request;
    return children.every((child) => {
      if (!child.field || this.dead.has(child) || judged(child)) return true;
      const returned = getNamedType(child.field.type);
      if (!isCompositeType(returned)) return false;
      return book
        .possible(returned)
        .every(
          (type) => book.cover(type) === 'inherits' && this.#isBare(child.below.get(type.name) ?? [], judged),
        );
    });
  }

  #nodeRules(type: GraphQLObjectType): Rule[] {
    const { book } = this.#request;
    const rules = book.nodeTypes(type).flatMap((node) => {
      if (book.cover(node) !== 'unmarked') return book.typeRules(node);
      const never: Ask = { scopes: [] };
      const unruled = { coordinate: node.name, asks: [never], isPublic: false, inherits: false };
      return this.#opensUnmarked() ? [] : [unruled];
    });
    return [...new Set(rules)];
  }

  /** M2 and M12: an object with a rule of its own, or without one. */
  #object(
    use: Use,
    type: GraphQLObjectType,
    children: readonly Use[],
    around: Around,
  ): Objects & { denials: readonly Denial[]; toAbove: Found } {
    const { book } = this.#request;
    const nothing = { firm: [], waivable: [], leadsOn: false, reads: [], toAbove: NOTHING };
    if (book.cover(type) === 'unmarked' && !this.#opensUnmarked())
      return { ...nothing, state: 'denied', denials: [unmarked(use)] };
    const found = this.#children(children, NOWHERE);
    const below = this.#isMutation() ? found.denials : [];
    const rules = book.cover(type) === 'ruled' ? book.typeRules(type) : [];
    const part = (keep: (ask: Ask) => boolean): Waiting[] =>
      rules
        .map((rule) => ({
          rule: { ...rule, asks: rule.asks.filter(keep) },
          as: 'type' as const,
          isNarrow: around.isNarrow,
        }))
        .filter(({ rule }) => rule.asks.length > 0);
    const firm = part((ask) => !isWaivable(ask));
    const waivable = part(isWaivable);
    const names = children.filter(({ field }) => !field);
    const isEmpty =
      children.some((child) => this.dead.has(child)) && children.every((child) => this.dead.has(child));
    const reads = found.leadsOn ? found.reads : [...found.reads, ...names];
    const isRead = isEmpty ? found.triesToRead : !found.leadsOn;
    const failed = [...firm, ...(isRead ? waivable : [])].flatMap((check) => {
      const answer = this.ask(check, { use, as: 'type' });
      return answer === 'missing' || answer === 'outside' ? [denialOf(use, check, answer)] : [];
    });
    const read = new Set(reads);
    const bare = found.counted
      .filter(([, below]) => this.#isBare(below, (child) => read.has(child)))
      .map(([counted]) => counted);
    const all = { firm, waivable, leadsOn: found.leadsOn, reads: [...reads, ...bare] };
    if (failed.length > 0) return { ...nothing, state: 'denied', denials: [...failed, ...below] };
    if (isEmpty) return { ...all, state: 'empty', denials: found.denials, toAbove: NOTHING };
    const denials = [...found.denials];
    const answers = waivable.map((check) => this.ask(check, { use, as: 'type' }));
    const lacking = waivable.filter((_, index) => ['missing', 'outside'].includes(answers[index]!));
    if (lacking.length > 0 && !this.#mayPass(waivable)) {
      const told = lacking.map((check) =>
        denialOf(use, check, answers[waivable.indexOf(check)] as 'missing'),
      );
      return { ...nothing, state: 'denied', denials: [...told, ...below] };
    }
    if (lacking.length > 0) {
      this.#request.seen.traversal = true;
      // A name in a place of several types cannot be refused by itself: the field around is.
      const around = (read: Use): Use =>
        !read.field && read.parent && isAbstractType(getNamedType(read.parent.field!.type))
          ? read.parent
          : read;
      for (const read of new Set([...reads.map(around), ...bare])) {
        if (bare.includes(read) && this.dead.has(read)) continue;
        const told = lacking.map((check) => denialOf(read, check, 'missing'));
        this.#kill(read, told);
        denials.push(...told);
        this.#emptied(read.parent!, use);
      }
    }
    const toAbove = { ...NOTHING, leadsOn: rules.length > 0 };
    return { ...all, state: 'alive', denials, toAbove };
  }

  /** What inherits runs no more once everything selected of it is denied (M9). */
  #emptied(from: Use, top: Use): void {
    for (let use: Use | undefined = from; use && use !== top; use = use.parent) {
      if ([...use.below.values()].flat().some((child) => !this.dead.has(child))) return;
      this.#kill(use, []);
    }
  }

  #mayPass(waivable: readonly Waiting[]): boolean {
    const places = waivable.flatMap(({ rule }) => placesOf([rule as Rule]));
    return places.some(({ kind }) => this.#request.credential.canTouch(kind, this.#operation));
  }
}

/** M12 waives type rules with a boundary, but never scopes, `@authenticated`, policies, `user` or `instance`. */
function isWaivable(ask: Ask): boolean {
  return 'places' in ask && ask.places.every(({ kind }) => !isStandalone(kind));
}

function interfaceFields(use: Use): string[] {
  return use.on.getInterfaces().map((one) => `${one.name}.${use.name}`);
}

function together(found: readonly Found[]): Found {
  return {
    denials: found.flatMap(({ denials }) => denials),
    reads: found.flatMap(({ reads }) => reads),
    counted: found.flatMap(({ counted }) => counted),
    triesToRead: found.some(({ triesToRead }) => triesToRead),
    leadsOn: found.some(({ leadsOn }) => leadsOn),
  };
}

function unmarked(use: Use): Denial {
  return { path: use.path, kind: 'missing', effect: undefined };
}

function denialOf(use: Use, { rule }: Waiting, kind: 'missing' | 'outside'): Denial {
  return { path: use.path, kind, effect: rule.effect };
}

/** M11: an argument that aims outside aims at nothing; a field of an object that is shown is refused aloud. */
export function toldAtField(use: Use, check: Waiting, answer: Answer): Denial {
  const byArgument = placesOf([check.rule as Rule]).some(({ argument }) => argument);
  const isSilent = answer !== 'missing' && (byArgument || (check.at ?? use).parent === undefined);
  return denialOf(use, check, isSilent ? 'outside' : 'missing');
}

import type { Policy } from '../compile/policy.ts';
import { decideElement } from '../decide/decide.ts';
import type { NarrowVerb } from '../grants/held.ts';
import type { Rights } from '../grants/rights.ts';
import { type Element, STANDALONE_KINDS } from '../rules/requirement.ts';

type Question = (rights: Rights) => boolean;

/**
 * Everything that a mask depends on, as questions with yes or no for an answer, worked out once per policy: what each
 * part of each rule says, in which kinds of place anything is held, how far coarse scopes reach, which root fields
 * narrow scopes name, and what caveats leave of all that. Credentials that answer alike see alike, whatever they hold.
 */
export class Questions {
  readonly #questions: readonly Question[];

  constructor(policy: Policy) {
    const questions = new Map<string, Question>();
    for (const { elements } of policy.rules.values()) {
      for (const element of elements) {
        for (const [key, question] of questionsOf(element)) questions.set(key, question);
      }
    }
    for (const [verb, type] of rootsOf(policy)) {
      for (const field of Object.keys(type?.getFields() ?? {})) {
        questions.set(JSON.stringify([verb, field]), (rights) => rights.narrow(verb, field));
        questions.set(JSON.stringify(['runs', verb, field]), (rights) => !rights.refusal(verb, field));
      }
    }
    questions.set('all', ({ coarse }) => coarse === 'all');
    questions.set('read', ({ coarse }) => coarse === 'read');
    questions.set('limited', ({ limits }) => limits !== undefined);
    questions.set('everywhere', ({ limits }) => limits?.isEverywhere === true);
    this.#questions = [...questions.values()];
  }

  /** The answers, one bit each in a fixed order and so injective. */
  answers(rights: Rights): string {
    const codes = new Uint16Array(Math.ceil(this.#questions.length / BITS));
    for (const [index, ask] of this.#questions.entries()) {
      if (ask(rights)) codes[(index / BITS) | 0] = (codes[(index / BITS) | 0] ?? 0) | (1 << (index % BITS));
    }
    return textOf(codes);
  }
}

/** Bits in one character of a key. */
const BITS = 16;

/** Bits as text, sixteen a character; in pieces, since a call takes only so many arguments. */
export function textOf(codes: Uint16Array): string {
  let text = '';
  for (let at = 0; at < codes.length; at += 4096)
    text += String.fromCharCode(...codes.subarray(at, at + 4096));
  return text;
}

function rootsOf({
  schema,
}: Policy): readonly (readonly [NarrowVerb, ReturnType<typeof schema.getQueryType>])[] {
  return [
    ['query', schema.getQueryType()],
    ['mutate', schema.getMutationType()],
    ['subscribe', schema.getSubscriptionType()],
  ];
}

function questionsOf(element: Element): readonly (readonly [string, Question])[] {
  if (element.kind !== 'permissions') {
    const ask: Question = (rights) =>
      decideElement(element, { rights, operation: 'mutation', narrow: false }, () => ({ at: 'nowhere' })) ===
      'allow';
    return [[JSON.stringify(element), ask]];
  }
  const { names } = element;
  return element.alternatives.flatMap(({ boundaryType: kind }) => {
    const held: Question = (rights) => rights.mayHold(names, kind);
    const carried: Question = ({ limits }) => limits?.mayHold(names, kind) === true;
    const touched: Question = (rights) => rights.mayTouch(kind);
    const touchedCoarsely: Question = (rights) => rights.mayTouchCoarsely(kind);
    const isPlace = !STANDALONE_KINDS.includes(kind);
    return [
      [JSON.stringify(['held', kind, names]), held] as const,
      [JSON.stringify(['carried', kind, names]), carried] as const,
      ...(isPlace ? [[JSON.stringify(['touched', kind]), touched] as const] : []),
      ...(isPlace ? [[JSON.stringify(['touched coarsely', kind]), touchedCoarsely] as const] : []),
    ];
  });
}

import { type DocumentNode, Kind, parse, print, visit } from 'graphql';
import type { Ambit } from '../engine.ts';
import type { Grants } from '../types.ts';
import { isRecord, shortened } from './answer.ts';
import { isBlank } from './compare.ts';
import { notRefused } from './withheld.ts';
import { type OpenWorld, type Question, reference, type Tried, tried } from './world.ts';

/** One thing that is lacking, and with what it is tried. */
export interface Lack {
  readonly open: OpenWorld;
  readonly question: Question;
  readonly subject: string | undefined;
  /** What is held: all else. */
  readonly grants: Grants;
  /** The raw permissions that are lacking; errors name one of them. */
  readonly permissions: readonly string[];
  /** The name under which they are granted, where that may be a bundle's. */
  readonly granted?: string | undefined;
  /** Tells of which types the permission is; without it all that an abstract position shows counts. */
  readonly ambit: Ambit | undefined;
  readonly isAbstract?: boolean | undefined;
  readonly varies?: readonly string[] | undefined;
  readonly repeats?: readonly string[] | undefined;
}

/** Tries an operation without one thing that it needs; answers what is wrong with what came, and what was kept. */
export async function lackTried(
  lack: Lack,
): Promise<Pick<Tried, 'before' | 'after'> & { sentences: readonly string[] }> {
  const { open, question, subject, grants, permissions, granted, varies = [], repeats = [] } = lack;
  const { answer, before, after } = await tried(open, question, grants);
  if (lack.isAbstract && answer.errors.length === 0)
    return { before, after, sentences: isBlank(answer.data) ? [] : await shownOf(answer.data, lack) };
  const by = await reference(open, question, subject);
  return {
    before,
    after,
    sentences: notRefused(answer, { question, permissions, granted, by, varies, repeats }),
  };
}

/** The name under which the kit asks for types: no client's. */
const TYPE_KEY = 'ambitTestType';

/** Of an abstract position, what is shown of the types that the permission is for. Others may be shown. */
async function shownOf(data: unknown, lack: Lack): Promise<string[]> {
  const sentence = `expected nothing to be shown, had ${shortened(data)}`;
  const withheld = lack.ambit && typesGuarded(lack.ambit, lack.permissions);
  if (!withheld || withheld.size === 0) return [sentence];
  const typed = await reference(lack.open, withTypes(lack.question), lack.subject);
  if (typed.data === null) return [sentence];
  const others = new Set<string>();
  const objects = recordsIn(typed.data).flatMap((one) => {
    const text = JSON.stringify(plain(one));
    if (withheld.has(String(one[TYPE_KEY]))) return [text];
    others.add(text);
    return [];
  });
  const guarded = new Set(objects.filter((text) => !others.has(text)));
  const known = new Set([...others, ...guarded]);
  const shown = recordsIn(data).filter((one) => {
    const text = JSON.stringify(one);
    return (
      !isBlank(one) &&
      one !== data &&
      (guarded.has(text) || (!known.has(text) && recordsIn(one).length === 1))
    );
  });
  return shown.map(
    (one) => `expected nothing of ${[...withheld].join(', ')} to be shown, had ${shortened(one)}`,
  );
}

/** Object types that ask for one of the permissions to be read. */
function typesGuarded({ policy }: Ambit, permissions: readonly string[]): Set<string> {
  return new Set(
    [...policy.rules].flatMap(([coordinate, { elements }]) =>
      !coordinate.includes('.') &&
      elements.some(
        (one) => one.kind === 'permissions' && one.names.some((name) => permissions.includes(name)),
      )
        ? [coordinate]
        : [],
    ),
  );
}

/** The same question with the type of each object below the root fields. */
function withTypes(question: Question): Question {
  const document: DocumentNode =
    typeof question.document === 'string' ? parse(question.document) : question.document;
  const name = { kind: Kind.NAME, value: '__typename' } as const;
  const alias = { kind: Kind.NAME, value: TYPE_KEY } as const;
  const changed = visit(document, {
    Field: ({ selectionSet, ...field }) =>
      selectionSet && {
        ...field,
        selectionSet: {
          ...selectionSet,
          selections: [...selectionSet.selections, { kind: Kind.FIELD, name, alias }],
        },
      },
  });
  return { ...question, document: print(changed) };
}

function recordsIn(value: unknown): Readonly<Record<string, unknown>>[] {
  if (Array.isArray(value)) return value.flatMap(recordsIn);
  return isRecord(value) ? [value, ...Object.values(value).flatMap(recordsIn)] : [];
}

function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, one]) => (key === TYPE_KEY ? [] : [[key, plain(one)]])),
  );
}

import type { Ambit } from 'ambit';

const ROOTS = { query: 'query', mutate: 'mutation', subscribe: 'subscription' } as const;
const NARROW = /^api:graphql:(query|mutate|subscribe):(.+)$/;
const LENGTH = 200;

/** What a scope or a permission means to people. */
export interface Described {
  /** What it allows, in a sentence. */
  readonly label: string;
  readonly description?: string;
  /** What programs call it. */
  readonly name: string;
  /** Whether it also covers what the API gets later. */
  readonly grows: boolean;
}

/** Where the words for what can be granted come from. */
export interface Words {
  describeScope(scope: string): Described;
  describePermission(name: string): Described;
}

const COARSE: Readonly<Record<string, Described>> = {
  api: { label: 'Everything that you may do in this API, reading and changing', name: 'api', grows: true },
  read_api: {
    label: 'Everything that you may see in this API, without changing anything',
    name: 'read_api',
    grows: true,
  },
};

const ALL: Readonly<Record<keyof typeof ROOTS, string>> = {
  query: 'Read everything that you may see, through any query',
  mutate: 'Change everything that you may change, through any mutation',
  subscribe: 'Be told of everything that you may see, through any subscription',
};

/** The words for a scope out of the schema: what the field of a narrow scope says of itself. */
export function describeScope({ policy }: Ambit, scope: string): Described {
  const coarse = Object.hasOwn(COARSE, scope) ? COARSE[scope] : undefined;
  if (coarse !== undefined) return coarse;
  const [, verb, field] = NARROW.exec(scope) ?? [];
  if (!isVerb(verb) || field === undefined)
    return { label: `What this API allows for the scope “${scope}”`, name: scope, grows: false };
  if (field === '*') return { label: ALL[verb], name: scope, grows: true };
  const { schema } = policy;
  const root = {
    query: schema.getQueryType(),
    mutate: schema.getMutationType(),
    subscribe: schema.getSubscriptionType(),
  }[verb];
  const name = `${ROOTS[verb]} ${field}`;
  return { ...worded(root?.getFields()[field]?.description, field, name), name, grows: false };
}

/** The words for an assignable permission out of the catalogue. */
export function describePermission({ policy: { catalog } }: Ambit, name: string): Described {
  const found = catalog.assignables.get(name) ?? catalog.permissions.get(name);
  return { ...worded(found?.description, name, `permission ${name}`), name, grows: false };
}

/** The first paragraph is what is read; where there is none, the name is put into words. */
function worded(
  description: string | null | undefined,
  word: string,
  name: string,
): Pick<Described, 'label' | 'description'> {
  const [first = '', ...others] = (description ?? '').trim().split(/\n\s*\n/);
  const more = others.join(' ').trim();
  if (first.trim() === '') return { label: `${inWords(word)} (${name})` };
  if ([...first].length > LENGTH)
    return { label: `${inWords(word)} (${name})`, description: description ?? '' };
  return more === '' ? { label: first } : { label: first, description: more };
}

/** `createNote` and `create_note` as people write it: `Create note`. What is in capitals stays so. */
function inWords(name: string): string {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .split(/[_\s]+/)
    .map((word) => (/^[A-Z0-9]{2,}$/.test(word) ? word : word.toLowerCase()))
    .join(' ')
    .trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function isVerb(text: string | undefined): text is keyof typeof ROOTS {
  return text !== undefined && Object.hasOwn(ROOTS, text);
}

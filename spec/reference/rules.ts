import {
  type ConstDirectiveNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  valueFromASTUntyped,
} from 'graphql';

/** One place in which permissions may hold: a kind, and where its identity is written (M13, M14). */
export interface Place {
  readonly kind: string;
  /** Steps from an object to the identity. */
  readonly path?: readonly string[];
  /** Steps through the arguments to the identity, or to the id behind which it is looked up. */
  readonly argument?: readonly string[];
}

/** One thing that a rule asks for. A rule asks for all of its things. */
export type Ask =
  | { readonly scopes: readonly (readonly string[])[] }
  | { readonly policies: readonly (readonly string[])[] }
  | { readonly authenticated: true }
  | { readonly permissions: readonly string[]; readonly places: readonly Place[] };

export interface Rule {
  readonly coordinate: string;
  readonly asks: readonly Ask[];
  readonly isPublic: boolean;
  readonly inherits: boolean;
  readonly effect?: string;
}

/** A rule as a rules file or the directives of one element have it. */
interface Written {
  readonly scopes?: readonly (readonly string[])[];
  readonly policies?: readonly (readonly string[])[];
  readonly authenticated?: boolean;
  readonly public?: boolean;
  readonly inherits?: boolean;
  readonly effect?: string;
  readonly permissions?: readonly Entry[];
}

interface Entry {
  readonly names: readonly string[];
  readonly boundaryType: string;
  readonly boundary?: string | null;
  readonly boundaryArgument?: string | null;
  readonly group?: string | null;
}

/** A rules file, as a mapping. */
export interface RulesMapping {
  readonly rest?: 'deny';
  readonly boundaries?: Kinds;
  readonly rules?: Readonly<Record<string, Written>>;
}

/** Kinds of boundary, and what stands above each (M23). */
export type Kinds = Readonly<
  Record<
    string,
    {
      readonly parent?: string;
      readonly separator?: string;
      readonly canonical?: string;
      /** Set where somebody has to be asked which place is meant. */
      readonly places?: unknown;
    }
  >
>;

/** The rules of a schema's directives and of a rules file. What both say of a coordinate is all asked for. */
export function readRules(schema: GraphQLSchema, file: RulesMapping): ReadonlyMap<string, Rule> {
  const rules = new Map<string, Rule>();
  const add = (coordinate: string, written: Written): void => {
    const before = rules.get(coordinate);
    rules.set(coordinate, {
      coordinate,
      asks: [...(before?.asks ?? []), ...asksOf(written)],
      isPublic: before?.isPublic === true || written.public === true,
      inherits: before?.inherits === true || written.inherits === true,
      ...(before?.effect === 'reject' || written.effect === 'reject' ? { effect: 'reject' } : {}),
      ...(written.effect === 'filter' && before?.effect !== 'reject' ? { effect: 'filter' } : {}),
    });
  };
  for (const [coordinate, directives] of elementsOf(schema))
    for (const written of fromDirectives(directives)) add(coordinate, written);
  for (const [coordinate, written] of Object.entries(file.rules ?? {}))
    for (const one of spelledOut(schema, coordinate)) add(one, written);
  return rules;
}

/** `Type.*` is every field of the type. */
function spelledOut(schema: GraphQLSchema, coordinate: string): string[] {
  if (!coordinate.endsWith('.*')) return [coordinate];
  const name = coordinate.slice(0, -2);
  return membersOf(schema.getType(name)).map((member) => `${name}.${member.name}`);
}

/** M15: entries of one group are alternatives, and all groups have to hold. */
function asksOf(written: Written): Ask[] {
  const asks: Ask[] = [];
  if (written.scopes) asks.push({ scopes: written.scopes });
  if (written.policies) asks.push({ policies: written.policies });
  if (written.authenticated) asks.push({ authenticated: true });
  const groups = new Set((written.permissions ?? []).map(({ group }) => group ?? ''));
  for (const name of groups) {
    const entries = (written.permissions ?? []).filter(({ group }) => (group ?? '') === name);
    asks.push({ permissions: entries[0]!.names, places: entries.map(placeOf) });
  }
  return asks;
}

function placeOf({ boundaryType, boundary, boundaryArgument }: Entry): Place {
  return {
    kind: boundaryType,
    ...(boundary ? { path: boundary.split(/[\s{}]+/).filter((step) => step !== '') } : {}),
    ...(boundaryArgument ? { argument: boundaryArgument.split('.') } : {}),
  };
}

interface Marked {
  readonly name: string;
  readonly args?: readonly Marked[];
  readonly astNode?: { readonly directives?: readonly ConstDirectiveNode[] | undefined } | null | undefined;
  readonly extensionASTNodes?: readonly { readonly directives?: readonly ConstDirectiveNode[] | undefined }[];
}

function elementsOf(schema: GraphQLSchema): [string, readonly ConstDirectiveNode[]][] {
  const found: [string, readonly ConstDirectiveNode[]][] = [];
  const look = (coordinate: string, element: Marked): void => {
    const nodes = [element.astNode, ...(element.extensionASTNodes ?? [])];
    found.push([coordinate, nodes.flatMap((node) => node?.directives ?? [])]);
  };
  for (const type of Object.values(schema.getTypeMap())) {
    if (type.name.startsWith('__')) continue;
    look(type.name, type as Marked);
    for (const member of membersOf(type)) {
      look(`${type.name}.${member.name}`, member);
      for (const argument of member.args ?? [])
        look(`${type.name}.${member.name}(${argument.name}:)`, argument);
    }
  }
  return found;
}

function membersOf(type: GraphQLNamedType | undefined): Marked[] {
  if (isEnumType(type)) return [...type.getValues()] as Marked[];
  if (isObjectType(type) || isInterfaceType(type) || isInputObjectType(type))
    return Object.values(type.getFields()) as Marked[];
  return [];
}

function fromDirectives(directives: readonly ConstDirectiveNode[]): Written[] {
  const args = (directive: ConstDirectiveNode): Record<string, unknown> =>
    Object.fromEntries(
      (directive.arguments ?? []).map(({ name, value }) => [name.value, valueFromASTUntyped(value)]),
    );
  const named = (name: string): Record<string, unknown>[] =>
    directives.filter((directive) => directive.name.value === name).map(args);
  const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : [value]);
  const lists = (value: unknown): string[][] => list(value).map((one) => list(one) as string[]);
  const entries = named('requiresPermissions').map((entry) => ({
    ...(entry as unknown as Entry),
    names: list(entry['permissions']) as string[],
  }));
  return [
    ...named('requiresScopes').map(({ scopes }) => ({ scopes: lists(scopes) })),
    ...named('policy').map(({ policies }) => ({ policies: lists(policies) })),
    ...named('authenticated').map(() => ({ authenticated: true })),
    ...named('public').map(() => ({ public: true })),
    ...named('inherits').map(() => ({ inherits: true })),
    ...(entries.length > 0 ? [{ permissions: entries }] : []),
  ];
}

import type { GraphQLObjectType } from 'graphql';
import type { Ambit } from '../engine.ts';
import { AmbitError } from '../errors.ts';
import type { Grants } from '../types.ts';
import { absenceTried } from './absence.ts';
import { type Check, check, untried } from './check.ts';
import { notCarried } from './expect.ts';
import { generatedDocument } from './generate.ts';
import { lackTried } from './lack.ts';
import { boundTo, elsewhereGrants, needNames, placedGrants, withoutNeed } from './lacking.ts';
import { operationOf } from './verb.ts';
import { type OpenWorld, type Question, reference, tried, withSubject } from './world.ts';

/** The operation by which one root field is tried. */
export interface MatrixOperation extends Partial<Question> {
  /** Values for the arguments of the root field, where the document is to be made out of the schema. */
  readonly arguments?: Readonly<Record<string, unknown>> | undefined;
  /** Identities by kind of boundary, for what only an object could tell: `{ project: 'acme/web' }`. */
  readonly places?: Readonly<Record<string, string>> | undefined;
  /** The raw permissions that it is meant to need; what the rules ask for is compared with them. */
  readonly permissions?: readonly string[] | undefined;
  /** Whether it lists what lies in many places, so that another place shows its own items and none of these. */
  readonly lists?: boolean | undefined;
  /**
   * Whether an interface or a union hides which type is denied: without its permission an object then looks as if it
   * were not there, and no error need say why. Default false.
   */
  readonly isAbstract?: boolean | undefined;
  /** The same operation aimed at what does not exist: what of it differs, as other `variables`. */
  readonly nowhere?: Partial<Question> | undefined;
  /** Paths of objects that a token for another place is shown around nothing. Default none. */
  readonly passed?: readonly string[] | undefined;
  /** Paths at which may be read what is withheld at another one without a permission. Default none. */
  readonly repeats?: readonly string[] | undefined;
  /** Paths of which the value differs each time. */
  readonly varies?: readonly string[] | undefined;
}

/** A whole schema under granular tokens. */
export interface MatrixSetting {
  /** Tells what operations need, and which root fields there are. */
  readonly ambit: Ambit;
  readonly open: OpenWorld;
  /** By root field: `Query.project`, `Mutation.createIssue`. */
  readonly operations: Readonly<Record<string, MatrixOperation>>;
  readonly subject?: string | undefined;
  /** Identities by kind of boundary, in which nothing of the operations lies. */
  readonly elsewhere?: Readonly<Record<string, string>> | undefined;
}

/** What a cell of the matrix tries a root field with; `operation` and `needs` are about the question itself. */
export type Column = 'operation' | 'needs' | 'exactly' | 'without' | 'elsewhere';

/** One root field with one token. */
export interface MatrixCell extends Check {
  /** `Query.project`. */
  readonly field: string;
  readonly column: Column;
}

/**
 * Every root field with a token that holds exactly what it needs, with tokens that lack one thing of it and hold all
 * else there is, and with one that holds it elsewhere. A root field without an operation is a cell that fails.
 */
export function permissionMatrix(setting: MatrixSetting): readonly MatrixCell[] {
  const { schema } = setting.ambit.policy;
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  const fields = roots.flatMap((root) => (root ? fieldsOf(root) : []));
  const unknown = Object.keys(setting.operations).filter((key) => !fields.includes(key));
  return [
    ...fields.flatMap((field) => row(setting, field)),
    ...unknown.map((field) =>
      failing(field, `\`operations\` has \`${field}\`, and the schema has no such root field`),
    ),
  ];
}

function fieldsOf(root: GraphQLObjectType): string[] {
  return Object.keys(root.getFields()).map((name) => `${root.name}.${name}`);
}

function row(setting: MatrixSetting, field: string): MatrixCell[] {
  const operation = setting.operations[field];
  if (!operation)
    return [failing(field, `no operation tries it: give \`operations\` one under \`${field}\``)];
  try {
    return new Row(setting, field, operation).cells();
  } catch (error) {
    return [
      failing(
        field,
        `its operation cannot be used: ${error instanceof Error ? error.message : String(error)}`,
      ),
    ];
  }
}

function failing(field: string, sentence: string): MatrixCell {
  return { field, column: 'operation', ...check(`${field} has an operation`, async () => [sentence]) };
}

/** All cells of one root field. */
class Row {
  readonly #setting: MatrixSetting;
  readonly #field: string;
  readonly #operation: MatrixOperation;
  readonly #question: Question;

  constructor(setting: MatrixSetting, field: string, operation: MatrixOperation) {
    this.#setting = setting;
    this.#field = field;
    this.#operation = operation;
    this.#question = questionOf(setting.ambit, field, operation);
  }

  cells(): MatrixCell[] {
    const { ambit, subject } = this.#setting;
    const needed = ambit.needs(this.#question);
    const grants = withSubject(placedGrants(needed.grants, this.#operation.places ?? {}), subject);
    const names = needNames(needed);
    return [
      ...this.#needs(names),
      this.#cell('exactly', 'exactly what it needs carries it', async () => {
        const { open } = this.#setting;
        const by = await reference(open, this.#question, subject);
        const { answer } = await tried(open, this.#question, grants);
        return notCarried(answer, by, this.#verb, this.#operation.varies ?? []);
      }),
      ...(names.length > 0
        ? names.map((name) => this.#lacking(name, grants, names))
        : [this.#untried('without', 'without anything it is refused', 'it asks for nothing')]),
      this.#elsewhere(grants, elsewhereGrants(grants, this.#setting.elsewhere ?? {})),
    ];
  }

  get #shared() {
    const { open, subject } = this.#setting;
    return { ...this.#operation, open, subject, question: this.#question };
  }

  get #verb(): ReturnType<typeof operationOf>['operation'] {
    return operationOf(this.#question).operation;
  }

  #needs(names: readonly string[]): MatrixCell[] {
    const { permissions } = this.#operation;
    if (!permissions) return [];
    const missing = permissions.filter((name) => !names.includes(name));
    const more = names.filter((name) => !permissions.includes(name));
    const name = `it needs ${permissions.length > 0 ? permissions.join(', ') : 'nothing'}`;
    const sentences = [
      ...missing.map((one) => `expected the rules to ask for \`${one}\`, and they do not`),
      ...more.map((one) => `expected no more to be asked for, and the rules ask for \`${one}\``),
    ];
    return [this.#cell('needs', name, async () => sentences)];
  }

  #lacking(name: string, grants: Grants, names: readonly string[]): MatrixCell {
    const { ambit } = this.#setting;
    const bound = boundTo(ambit, grants, name, names);
    if (!bound) return this.#without(name, withoutNeed(ambit, grants, name));
    const { other, bundle } = bound;
    return this.#untried(
      'without',
      `without \`${name}\`, holding all else, it is refused`,
      `\`${other}\` cannot be held without \`${name}\`: both are in \`${bundle}\``,
    );
  }

  #without(name: string, grants: Grants): MatrixCell {
    return this.#cell('without', `without \`${name}\`, holding all else, it is refused`, async () => {
      const { sentences, before, after } = await lackTried({
        ...this.#shared,
        grants,
        permissions: [name],
        ambit: this.#setting.ambit,
      });
      return [...sentences, ...changed(before, after)];
    });
  }

  #elsewhere(grants: Grants, other: Grants | string): MatrixCell {
    const name = 'in another place it shows nothing of it';
    if (typeof other === 'string') return this.#untried('elsewhere', name, other);
    return this.#cell('elsewhere', name, async () => {
      const inside = this.#operation.lists ? grants : undefined;
      const { sentences, before, after } = await absenceTried({ ...this.#shared, grants: other, inside });
      return [...sentences, ...changed(before, after)];
    });
  }

  #cell(column: Column, name: string, sentences: () => Promise<readonly string[]>): MatrixCell {
    return { field: this.#field, column, ...check(`${this.#field}: ${name}`, sentences) };
  }

  #untried(column: Column, name: string, reason: string): MatrixCell {
    return { field: this.#field, column, ...untried(`${this.#field}: ${name}`, reason) };
  }
}

function changed(before: string | undefined, after: string | undefined): string[] {
  return before === after ? [] : ['expected nothing to have changed, and `state` differs'];
}

function questionOf({ policy }: Ambit, field: string, operation: MatrixOperation): Question {
  const [typeName = '', name = ''] = field.split('.');
  const { schema } = policy;
  const root = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].find(
    (type) => type?.name === typeName,
  );
  const definition = root?.getFields()[name];
  if (!root || !definition) throw new AmbitError('BAD_OPERATION', `there is no root field \`${field}\``);
  const verb =
    root === schema.getMutationType()
      ? 'mutation'
      : root === schema.getQueryType()
        ? 'query'
        : 'subscription';
  const given = operation.arguments ?? {};
  const question: Question =
    operation.document === undefined
      ? { ...operation, document: generatedDocument(verb, definition, given), variables: given }
      : { ...operation, document: operation.document };
  const selects = operationOf(question).selectionSet.selections.some(
    (one) => one.kind === 'Field' && one.name.value === name,
  );
  if (!selects || operationOf(question).operation !== verb)
    throw new AmbitError('BAD_OPERATION', `it does not select \`${field}\``);
  const { document, operationName, variables, contextValue } = question;
  return { document, operationName, variables, contextValue };
}

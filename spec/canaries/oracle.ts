import { type Canary, type ForgeData, listCanaries } from '@ambit/example-forge';
import { type GraphQLSchema, getNamedType, isAbstractType, isObjectType } from 'graphql';
import { nodeOf } from './chains.ts';
import { SUBJECT } from './credentials.ts';
import { isCoarse, isNarrow, type Law } from './law.ts';
import { type Place, Places, type Target } from './places.ts';
import { type Reading, readingsOf } from './readings.ts';
import type { Answer, Question } from './rig.ts';

/** What an answer showed: the secrets in it by kind, and whatever the credential had no right to. */
export interface Findings {
  readonly permitted: readonly string[];
  readonly leaks: readonly string[];
  /** Places in the lists of connections that are left empty, where no error says why. */
  readonly holes: number;
}

/** Forge's word for a secret: what it is, the number of its record, and where that was at first. */
export const CANARY = /canary-([a-z_]+)-([0-9]+)-[a-z0-9-]+/g;

/** Judges answers by the law alone. */
export class Oracle {
  readonly canaries: ReadonlyMap<string, Canary>;
  readonly #law: Law;
  readonly #schema: GraphQLSchema;
  readonly #places: Places;

  constructor(law: Law, schema: GraphQLSchema, data: ForgeData) {
    this.canaries = new Map(listCanaries(data).map((one) => [one.text, one]));
    this.#law = law;
    this.#schema = schema;
    this.#places = new Places(data);
  }

  judge(question: Question, target: Target, answer: Answer): Findings {
    const { readings, holes } = readingsOf(this.#schema, question.operation, answer.data, target.place);
    const found = [...new Set([...answer.text.matchAll(CANARY)].map(([text]) => text))];
    const permitted: string[] = [];
    const leaks = readings
      .filter((reading) => !this.#mayRead(question, reading))
      .map((reading) => told(reading));
    const isExplained = answer.errors.some((error) => /\.nodes?[. ]/.test(error));
    for (const text of found) {
      if (this.mayUncover(question, text) || this.#isTopOfNarrow(question, text, answer, readings))
        permitted.push(text);
      else leaks.push(`the secret ${text}`);
    }
    return { permitted, leaks, holes: isExplained ? 0 : holes };
  }

  /** Whether the grants alone let a secret out. */
  mayUncover({ grants, operation }: Question, text: string): boolean {
    const [, kind = '', id = ''] = new RegExp(CANARY.source).exec(text) ?? [];
    const canary = this.canaries.get(text);
    if (isCoarse(grants, operation.verb)) return true;
    if (!canary) return false;
    const project = this.#places.projectOf(kind, Number(id)) ?? canary.projectPath;
    const place: Place = project === null ? 'instance' : { project };
    return [canary.permission, ...(BESIDE[canary.permission] ?? [])].every((name) =>
      this.#law.holds(grants, name, place),
    );
  }

  /** Whether the record of a secret lies in the very project. */
  liesAt(text: string, place: Place): boolean {
    const canary = this.canaries.get(text);
    return typeof place !== 'string' && 'project' in place && canary?.projectPath === place.project;
  }

  /** A narrow scope stands for what their type asks of the objects that the root field returns; what a field asks has still to be held. */
  #isTopOfNarrow(question: Question, text: string, answer: Answer, readings: readonly Reading[]): boolean {
    const { grants, operation } = question;
    if (operation.verb !== 'query' || !isNarrow(grants, 'query', operation.root.name)) return false;
    const holding = readings.filter(({ value }) => typeof value === 'string' && value.includes(text));
    const isAll = holding.length === answer.text.split(text).length - 1;
    return isAll && holding.every((reading) => isTopObject(reading) && this.#mayRead(question, reading));
  }

  #mayRead(question: Question, reading: Reading): boolean {
    const { grants, operation } = question;
    const { parent, field, place, node, isTop } = reading;
    if (field.startsWith('__') || isCoarse(grants, operation.verb)) return true;
    // Every key says whose it is, so that somebody else's is known wherever it turns up.
    if (parent.name === 'AccessKey' && field === 'title' && !String(reading.value).endsWith(` of ${SUBJECT}`))
      return false;
    const returned = getNamedType(operation.root.type);
    const narrow =
      operation.verb === 'query' &&
      !isAbstractType(returned) &&
      isNarrow(grants, 'query', operation.root.name);
    if (narrow && isTop && (node || isTopObject(reading)))
      return this.#holdsAll(question, `${parent.name}.${field}`, place);
    if (node)
      return isTop && node.name !== 'User'
        ? false
        : this.#holdsAll(question, node.name, node.name === 'User' ? 'instance' : place);
    if (isAbstractType(parent))
      return this.#schema.getPossibleTypes(parent).some((type) => this.#holdsAll(question, type.name, place));
    if (this.#law.asked(parent.name).length === 0) return true;
    return (
      this.#holdsAll(question, parent.name, place) &&
      this.#holdsAll(question, `${parent.name}.${field}`, place)
    );
  }

  #holdsAll({ grants }: Question, coordinate: string, place: Place): boolean {
    return this.#law
      .asked(coordinate)
      .every(({ permissions, boundaryType }) =>
        permissions.every((name) =>
          this.#law.holds(
            grants,
            name,
            boundaryType === 'instance' || boundaryType === 'user' ? boundaryType : place,
          ),
        ),
      );
  }
}

/** Secrets in fields with a rule of their own also ask for what their type asks. */
const BESIDE: Readonly<Record<string, readonly string[]>> = {
  read_runner_token: ['read_project'],
  read_user_email: ['read_user'],
};

function isTopObject({ isTop, parent, node }: Reading): boolean {
  return isTop && node === undefined && !isAbstractType(parent);
}

function told({ parent, field, value, place, node }: Reading): string {
  const at = typeof place === 'string' ? place : JSON.stringify(place);
  return `${parent.name}.${field}${node && isObjectType(parent) && nodeOf(parent) ? ` of ${node.name}` : ''} at ${at}: ${JSON.stringify(value)}`;
}

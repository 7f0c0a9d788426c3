import { type GraphQLNamedType, type GraphQLObjectType, isCompositeType } from 'graphql';
import { permissionName, resourceOf } from './names.ts';
import { type Placing, placingOf } from './paths.ts';
import type { Places } from './places.ts';
import type { Choices, ProposedEntry, ProposedRule, Question, Section, Topic } from './proposal.ts';
import type { Survey } from './survey.ts';

/** A proposal while it is made. */
export class Draft {
  readonly survey: Survey;
  readonly places: Places;
  readonly choices: Choices;
  readonly rules: Map<string, ProposedRule> = new Map<string, ProposedRule>();
  readonly questions: Question[] = [];
  /** Types that have a rule about their objects. */
  readonly resources: readonly GraphQLObjectType[];
  readonly #byWords: ReadonlyMap<string, GraphQLNamedType>;
  readonly #placings = new Map<string, Placing>();

  constructor(survey: Survey, places: Places, choices: Choices) {
    this.survey = survey;
    this.places = places;
    this.choices = choices;
    this.resources = [...survey.shapes].flatMap(([type, shape]) =>
      shape === 'resource' || shape === 'person' ? [type] : [],
    );
    const types = Object.values(survey.schema.getTypeMap()).filter(isCompositeType);
    this.#byWords = new Map(types.map((type) => [survey.words(type).join('_'), type]));
  }

  /** Proposes permissions at a coordinate, unless the schema itself has a rule there. */
  permit(section: Section, coordinate: string, permissions: readonly ProposedEntry[]): void {
    this.#add({ coordinate, section, permissions });
  }

  /** Proposes that a type has no rule of its own. */
  inherit(coordinate: string): void {
    this.#add({ coordinate, section: 'values', inherits: true });
  }

  /** Proposes that a coordinate asks for nothing. */
  open(section: Section, coordinate: string): void {
    this.#add({ coordinate, section, public: true });
  }

  /** Writes down what a person has to look at; what the schema says itself was looked at. */
  ask(topic: Topic, coordinate: string, proposed?: string): void {
    const isAboutKinds = topic === 'kinds' || topic === 'nesting';
    if (!isAboutKinds && this.survey.policy.rules.has(coordinate)) return;
    this.questions.push({ topic, coordinate, ...(proposed === undefined ? {} : { proposed }) });
  }

  /** The object type, interface or union that is called by these words. */
  named(words: readonly string[]): GraphQLNamedType | undefined {
    return this.#byWords.get(words.join('_'));
  }

  /** Where objects of a type are. */
  placing(type: { readonly name: string }): Placing {
    let placing = this.#placings.get(type.name);
    if (!placing) {
      const named = this.survey.schema.getType(type.name);
      placing = named ? placingOf(this.survey.schema, this.places, named) : { others: [], doubtful: [] };
      this.#placings.set(type.name, placing);
    }
    return placing;
  }

  /** What the rule of a type asks for: to read such objects, in the place in which they are. */
  readingOf(type: { readonly name: string }): ProposedEntry {
    const names = [permissionName('read', resourceOf(type.name, this.places))];
    const { placed } = this.placing(type);
    if (!placed) return { names, boundaryType: 'instance' };
    return { names, boundaryType: placed.kind.name, boundary: placed.boundary };
  }

  #add(rule: ProposedRule): void {
    if (!this.survey.policy.rules.has(rule.coordinate)) this.rules.set(rule.coordinate, rule);
  }
}

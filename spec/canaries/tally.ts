import { CANARY, type Findings } from './oracle.ts';
import type { Target } from './places.ts';
import type { Answer, Question } from './rig.ts';

/** The secrets in a text, each once. */
export function secretsIn(text: string): string[] {
  return [...new Set([...text.matchAll(CANARY)].map(([secret]) => secret))];
}

/** Kind of a secret, such as `ci_variable`. */
export function kindOf(secret: string): string {
  return secret.split('-')[1] ?? '';
}

/** How often something was met, by name. */
export class Tally {
  readonly #counts = new Map<string, number>();

  add(name: string): void {
    this.#counts.set(name, this.of(name) + 1);
  }

  of(name: string): number {
    return this.#counts.get(name) ?? 0;
  }

  names(): string[] {
    return [...this.#counts.keys()];
  }

  toString(): string {
    return [...this.#counts].map(([name, count]) => `${name} ${count}`).join(', ') || 'nothing';
  }
}

/** What went wrong, with all that it takes to see it again; the shortest examples are kept. */
export class Complaints {
  readonly #found: string[] = [];

  add(
    what: string,
    { operation, grants }: Question,
    { variables }: Target,
    ...answers: readonly Answer[]
  ): void {
    const said = answers.map(({ text }) => (text.length > 1500 ? `${text.slice(0, 1500)} ...` : text));
    this.#found.push(
      [what, operation.text, JSON.stringify(variables), JSON.stringify(grants), ...said].join('\n'),
    );
  }

  addAll(findings: Findings, question: Question, target: Target, answer: Answer): void {
    if (findings.leaks.length > 0) this.add(findings.leaks.slice(0, 3).join('; '), question, target, answer);
  }

  get count(): number {
    return this.#found.length;
  }

  /** At most three, shortest first. */
  examples(): string[] {
    return [...this.#found].sort((a, b) => a.length - b.length).slice(0, 3);
  }
}

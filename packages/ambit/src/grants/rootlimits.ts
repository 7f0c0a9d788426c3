import type { Caveat, CaveatReason } from '../types.ts';
import type { NarrowVerb } from './held.ts';

/** Which root fields caveats let run. Every caveat that names operations has to name a field. */
export class RootLimits {
  readonly #isReadOnly: boolean;
  readonly #named: readonly ReadonlySet<string>[];

  private constructor(isReadOnly: boolean, named: readonly ReadonlySet<string>[]) {
    this.#isReadOnly = isReadOnly;
    this.#named = named;
  }

  /** Undefined where no caveat says anything of root fields. */
  static of(caveats: readonly Caveat[]): RootLimits | undefined {
    const isReadOnly = caveats.some(({ readOnly }) => readOnly === true);
    const named = caveats.flatMap(({ operations }) => (operations ? [new Set(operations)] : []));
    return isReadOnly || named.length > 0 ? new RootLimits(isReadOnly, named) : undefined;
  }

  /**
   * Why a root field may not run; undefined where it may. Without a field it is asked of `__typename` and introspection,
   * which belong to no operation of the API.
   */
  refusal(verb: NarrowVerb, field: string | undefined): CaveatReason | undefined {
    if (verb === 'mutate' && this.#isReadOnly) return 'readOnly';
    if (field === undefined) return undefined;
    const isNamed = this.#named.every((names) => names.has(`${verb}:${field}`) || names.has(`${verb}:*`));
    return isNamed ? undefined : 'operations';
  }

  /** What they say, in one form. */
  said(): unknown {
    return [this.#isReadOnly, this.#named.map((names) => [...names].sort())];
  }
}

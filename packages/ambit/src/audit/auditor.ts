import type { GraphQLSchema } from 'graphql';
import { coordinateKind } from '../coordinates.ts';
import type { Decision } from '../decide/decision.ts';
import type { Rights } from '../grants/rights.ts';
import type { Prepared, Unfit } from '../prepare.ts';
import type { Denial, Grants } from '../types.ts';
import type { AuditEvent, AuditedDenial, AuditedKind, AuditHook } from './event.ts';
import { MaskMemory } from './memory.ts';

/** What auditing needs of an engine. */
export interface AuditorParts {
  readonly hook: AuditHook;
  /** Told what the hook throws. */
  readonly report: (error: unknown) => void;
  readonly maskOf: (rights: Rights) => GraphQLSchema;
}

/** Makes an event of each operation and hands it to the host. Changes no answer, whatever goes wrong. */
export class Auditor {
  readonly #parts: AuditorParts;
  readonly #memory = new MaskMemory();

  constructor(parts: AuditorParts) {
    this.#parts = parts;
  }

  /** Tells of one operation; `decision` is the last one that was made about it. */
  tell({ subject, client }: Grants, prepared: Prepared | Unfit, decision: Decision | undefined): void {
    try {
      const event: AuditEvent =
        prepared.kind === 'prepared'
          ? this.#decided({ subject, client }, prepared, decision ?? prepared.decision)
          : {
              subject,
              client,
              operation: undefined,
              outcome: prepared.kind === 'refused' ? 'refused' : 'invalid',
              denials: [],
            };
      const told = async (): Promise<unknown> => this.#parts.hook(event);
      told().catch(this.#parts.report);
    } catch (error) {
      this.#parts.report(error);
    }
  }

  #decided(who: Pick<AuditEvent, 'subject' | 'client'>, { plan }: Prepared, decision: Decision): AuditEvent {
    const earlier = this.#memory.earlier(who, decision.rights);
    const { name, operation: kind } = plan.operation;
    return {
      subject: who.subject,
      client: who.client,
      operation: { name: name?.value, kind },
      outcome: decision.outcome,
      denials: decision.denied.map((denial) => this.#audited(denial, decision.rights, earlier)),
    };
  }

  /** Copies: a decision may be kept, and the host must not be able to change it. */
  #audited(denial: Denial, now: Rights, earlier: readonly Rights[] | undefined): AuditedDenial {
    return {
      path: [...denial.path],
      coordinate: denial.coordinate,
      kind: this.#kindOf(denial, now, earlier),
      missing: denial.missing.map((need) => (typeof need === 'string' ? need : { ...need })),
      ...(denial.caveat ? { caveat: denial.caveat } : {}),
    };
  }

  #kindOf({ kind, coordinate }: Denial, now: Rights, earlier: readonly Rights[] | undefined): AuditedKind {
    if (kind === 'outside' || earlier === undefined || this.#shows(now, coordinate)) return kind;
    return earlier.some((rights) => this.#shows(rights, coordinate)) ? 'lost' : 'hidden';
  }

  #shows(rights: Rights, coordinate: string): boolean {
    return coordinateKind(this.#parts.maskOf(rights), coordinate) !== undefined;
  }
}

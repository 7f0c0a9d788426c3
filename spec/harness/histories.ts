import type { Grants } from 'ambit';
import type { Door, DoorAnswer, DoorSetting, OpenDoor, Question } from './doors.ts';

/** One question, asked of one door in several moments of its life. All answers have to be one. */
export interface Asked {
  /** The first answer of a new engine. */
  readonly cold: DoorAnswer;
  readonly later: readonly { readonly when: string; readonly answer: DoorAnswer }[];
}

/**
 * Asks questions of doors that have a past. Doors of one setting are shared, so that an engine has also answered
 * every earlier question of its file before it is asked the next.
 */
export class Histories {
  readonly #others: readonly Grants[];
  readonly #shared = new Map<string, OpenDoor>();

  constructor(others: readonly Grants[]) {
    this.#others = others;
  }

  async ask(door: Door, setting: DoorSetting, asked: Question): Promise<Asked> {
    const { grants, operation, operationName, variables } = asked;
    const question = { grants, operation, operationName, variables };
    const fresh = await door.open(setting);
    const cold = await fresh.ask(question);
    const later = [{ when: 'once more', answer: await fresh.ask(question) }];
    await fresh.close();
    const lived = await this.#lived(door, setting);
    for (const other of this.#others) {
      await lived.ask({ ...question, grants: other });
      const when = `after ${JSON.stringify(other)} asked the same`;
      later.push({ when, answer: await lived.ask(question) });
    }
    const others = this.#others.map((other) => lived.ask({ ...question, grants: other }));
    const [answer] = await Promise.all([lived.ask(question), ...others]);
    // Whose mutations ran cannot be told apart here.
    later.push({ when: 'while others ask the same', answer: { ...answer, ran: cold.ran } });
    return { cold, later };
  }

  async close(): Promise<void> {
    await Promise.all([...this.#shared.values()].map((door) => door.close()));
    this.#shared.clear();
  }

  async #lived(door: Door, setting: DoorSetting): Promise<OpenDoor> {
    const key = JSON.stringify([door.name, setting]);
    const known = this.#shared.get(key);
    if (known) return known;
    const opened = await door.open(setting);
    this.#shared.set(key, opened);
    return opened;
  }
}

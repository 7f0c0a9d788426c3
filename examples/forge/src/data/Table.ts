/** Records of one kind by id, in the order of their ids. */
export class Table<T extends { readonly id: number }> {
  readonly #rows = new Map<number, T>();
  #lastId = 0;

  /** Adds a record, which is given the next free id. */
  insert(build: (id: number) => T): T {
    this.#lastId += 1;
    const record = build(this.#lastId);
    this.#rows.set(record.id, record);
    return record;
  }

  get(id: number): T | undefined {
    return this.#rows.get(id);
  }

  /** The record that a foreign key names. A missing one is a defect of the data. */
  require(id: number): T {
    const row = this.#rows.get(id);
    if (row === undefined) throw new Error(`no record has the id ${id}`);
    return row;
  }

  /** Puts the given values in the place of the old ones. */
  update(id: number, changes: Partial<Omit<T, 'id'>>): T {
    const record = { ...this.require(id), ...changes };
    this.#rows.set(id, record);
    return record;
  }

  delete(id: number): void {
    this.#rows.delete(id);
  }

  find(matches: (row: T) => boolean): T | undefined {
    for (const row of this.#rows.values()) if (matches(row)) return row;
    return undefined;
  }

  all(): T[] {
    return [...this.#rows.values()];
  }

  filter(matches: (row: T) => boolean): T[] {
    return this.all().filter(matches);
  }

  get size(): number {
    return this.#rows.size;
  }
}

import type { Kysely, Selectable } from 'kysely';

import type { PeopleTable, Tables } from './tables.ts';

/** Somebody who can sign in. */
export interface StoredPerson {
  readonly id: string;
  /** What the API knows the person by: the subject of what is issued for them. Never changes, never given twice. */
  readonly subject: string;
  /** What is typed at sign-in, for a person with a password; otherwise what the issuer calls them. */
  readonly name: string;
  readonly passwordHash: string | undefined;
  readonly mustChangePassword: boolean;
  readonly isAdmin: boolean;
  /** Who vouches for the person, and under which name there (OpenID Connect Core, 2: `iss` and `sub`). */
  readonly issuer: string | undefined;
  readonly issuerSubject: string | undefined;
  readonly createdAt: Date;
  readonly disabledAt: Date | undefined;
}

/** A browser in which somebody is signed in. */
export interface StoredSignIn {
  readonly idHash: string;
  readonly person: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

export interface PersonReads {
  list(): Promise<readonly StoredPerson[]>;
  find(id: string): Promise<StoredPerson | undefined>;
  findBySubject(subject: string): Promise<StoredPerson | undefined>;
  /** A person with a password here, by the name that is typed. */
  findByName(name: string): Promise<StoredPerson | undefined>;
  findByIssuer(issuer: string, subject: string): Promise<StoredPerson | undefined>;
  /** The sign-in and its person, whatever their state. */
  findSignIn(
    idHash: string,
  ): Promise<{ readonly signIn: StoredSignIn; readonly person: StoredPerson } | undefined>;
}

/** What of a person can change. */
export type PersonChange = Partial<
  Pick<StoredPerson, 'passwordHash' | 'mustChangePassword' | 'isAdmin' | 'name'>
>;

export interface PersonWrites extends PersonReads {
  /** Gives whether there was room: nothing is inserted where name, subject or issuer's subject are taken. */
  insert(person: StoredPerson): Promise<boolean>;
  /** The person, whom no other unit of work changes before this one has ended. */
  hold(id: string): Promise<StoredPerson | undefined>;
  change(id: string, change: PersonChange): Promise<void>;
  /** Since when the person may not sign in; nothing lets them again. */
  setDisabled(id: string, at: Date | undefined): Promise<void>;
  addSignIn(signIn: StoredSignIn): Promise<void>;
  endSignIn(idHash: string): Promise<void>;
  endSignInsOf(person: string): Promise<void>;
  /** Forgets sign-ins that are over. */
  sweepSignIns(now: Date): Promise<void>;
}

/** People and their sign-ins in a database or in one of its transactions. */
export function peopleIn(db: Kysely<Tables>): PersonWrites {
  return { ...readsIn(db), ...writesIn(db), ...signInsIn(db) };
}

function readsIn(db: Kysely<Tables>): PersonReads {
  const all = () => db.selectFrom('people').selectAll();
  const first = async (query: ReturnType<typeof all>): Promise<StoredPerson | undefined> => {
    const row = await query.executeTakeFirst();
    return row === undefined ? undefined : personOf(row);
  };
  return {
    async list() {
      return (await all().orderBy('created_at').orderBy('id').execute()).map(personOf);
    },
    find: (id) => first(all().where('id', '=', id)),
    findBySubject: (subject) => first(all().where('subject', '=', subject)),
    findByName: (name) => first(all().where('name', '=', name).where('issuer', 'is', null)),
    findByIssuer: (issuer, subject) =>
      first(all().where('issuer', '=', issuer).where('issuer_subject', '=', subject)),
    async findSignIn(idHash) {
      const row = await db
        .selectFrom('sign_ins')
        .selectAll()
        .where('id_hash', '=', idHash)
        .executeTakeFirst();
      const person = row && (await first(all().where('id', '=', row.person)));
      if (row === undefined || person === undefined) return undefined;
      const { id_hash, created_at: createdAt, expires_at: expiresAt } = row;
      return { signIn: { idHash: id_hash, person: row.person, createdAt, expiresAt }, person };
    },
  };
}

type SignInWrites = Pick<PersonWrites, 'addSignIn' | 'endSignIn' | 'endSignInsOf' | 'sweepSignIns'>;

function writesIn(db: Kysely<Tables>): Omit<PersonWrites, keyof PersonReads | keyof SignInWrites> {
  return {
    async insert(person) {
      const made = await db
        .insertInto('people')
        .values(rowOf(person))
        .onConflict((conflict) => conflict.doNothing())
        .returning('id')
        .executeTakeFirst();
      return made !== undefined;
    },
    async hold(id) {
      const row = await db
        .selectFrom('people')
        .selectAll()
        .where('id', '=', id)
        .forUpdate()
        .executeTakeFirst();
      return row === undefined ? undefined : personOf(row);
    },
    async change(id, { passwordHash, mustChangePassword, isAdmin, name }) {
      await db
        .updateTable('people')
        .set({
          ...(passwordHash === undefined ? {} : { password_hash: passwordHash }),
          ...(mustChangePassword === undefined ? {} : { must_change_password: mustChangePassword }),
          ...(isAdmin === undefined ? {} : { is_admin: isAdmin }),
          ...(name === undefined ? {} : { name }),
        })
        .where('id', '=', id)
        .execute();
    },
    async setDisabled(id, at) {
      await db
        .updateTable('people')
        .set({ disabled_at: at ?? null })
        .where('id', '=', id)
        .execute();
    },
  };
}

function signInsIn(db: Kysely<Tables>): SignInWrites {
  return {
    async addSignIn({ idHash, person, createdAt, expiresAt }) {
      await db
        .insertInto('sign_ins')
        .values({ id_hash: idHash, person, created_at: createdAt, expires_at: expiresAt })
        .execute();
    },
    async endSignIn(idHash) {
      await db.deleteFrom('sign_ins').where('id_hash', '=', idHash).execute();
    },
    async endSignInsOf(person) {
      await db.deleteFrom('sign_ins').where('person', '=', person).execute();
    },
    async sweepSignIns(now) {
      await db.deleteFrom('sign_ins').where('expires_at', '<=', now).execute();
    },
  };
}

function personOf(row: Selectable<PeopleTable>): StoredPerson {
  return {
    id: row.id,
    subject: row.subject,
    name: row.name,
    passwordHash: row.password_hash ?? undefined,
    mustChangePassword: row.must_change_password,
    isAdmin: row.is_admin,
    issuer: row.issuer ?? undefined,
    issuerSubject: row.issuer_subject ?? undefined,
    createdAt: row.created_at,
    disabledAt: row.disabled_at ?? undefined,
  };
}

function rowOf(person: StoredPerson): Selectable<PeopleTable> {
  return {
    id: person.id,
    subject: person.subject,
    name: person.name,
    password_hash: person.passwordHash ?? null,
    must_change_password: person.mustChangePassword,
    is_admin: person.isAdmin,
    issuer: person.issuer ?? null,
    issuer_subject: person.issuerSubject ?? null,
    created_at: person.createdAt,
    disabled_at: person.disabledAt ?? null,
  };
}

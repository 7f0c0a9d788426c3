import { type Kysely, type Migration, sql } from 'kysely';

/** The whole life of tokens, what every node hears of, the audit, OAuth, and people. */
export const authority: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await widenTokens(db);
    await addChanges(db);
    await addAudit(db);
    await addOAuth(db);
    await addPeople(db);
  },
};

async function widenTokens(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable('tokens')
    .addColumn('note', 'text')
    .addColumn('rate_limit', 'jsonb')
    .addColumn('revoked_because', 'text')
    .addColumn('family', 'text')
    .addColumn('replaced_by', 'text')
    .addColumn('lives_until', 'timestamptz')
    .addColumn('first_used_at', 'timestamptz')
    .addColumn('last_used_at', 'timestamptz')
    .addColumn('last_used_for', 'text')
    .execute();
  await sql`update tokens set family = id`.execute(db);
  await db.schema
    .alterTable('tokens')
    .alterColumn('family', (column) => column.setNotNull())
    .execute();
  await db.schema.createIndex('tokens_family').on('tokens').column('family').execute();
  await db.schema.createIndex('tokens_subject').on('tokens').column('subject').execute();
}

async function addChanges(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('changes')
    .addColumn('seq', 'bigserial', (column) => column.primaryKey())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('ref', 'text', (column) => column.notNull())
    .addColumn('at', 'timestamptz', (column) => column.notNull())
    .execute();
  await db.schema
    .createTable('revoked_tails')
    .addColumn('digest', 'text', (column) => column.primaryKey())
    .addColumn('token_id', 'text', (column) => column.notNull())
    .addColumn('at', 'timestamptz', (column) => column.notNull())
    .addColumn('until', 'timestamptz', (column) => column.notNull())
    .execute();
}

async function addAudit(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('audit')
    .addColumn('id', 'bigserial', (column) => column.primaryKey())
    .addColumn('at', 'timestamptz', (column) => column.notNull())
    .addColumn('action', 'text', (column) => column.notNull())
    .addColumn('actor', 'text', (column) => column.notNull())
    .addColumn('token_id', 'text')
    .addColumn('client', 'text')
    .addColumn('subject', 'text')
    .addColumn('details', 'jsonb', (column) => column.notNull())
    .execute();
  await db.schema.createIndex('audit_token').on('audit').column('token_id').execute();
}

async function addOAuth(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('oauth_clients')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('secret_hash', 'text')
    .addColumn('metadata', 'jsonb', (column) => column.notNull())
    .addColumn('ceiling', 'jsonb', (column) => column.notNull())
    .addColumn('created_at', 'timestamptz', (column) => column.notNull())
    .addColumn('created_by', 'text', (column) => column.notNull())
    .addColumn('disabled_at', 'timestamptz')
    .execute();
  await db.schema
    .createTable('oauth_records')
    .addColumn('model', 'text', (column) => column.notNull())
    .addColumn('id_hash', 'text', (column) => column.notNull())
    .addColumn('payload', 'jsonb', (column) => column.notNull())
    .addColumn('grant_id', 'text')
    .addColumn('user_code', 'text')
    .addColumn('uid', 'text')
    .addColumn('consumed_at', 'timestamptz')
    .addColumn('expires_at', 'timestamptz')
    .addColumn('parent', 'text')
    .addPrimaryKeyConstraint('oauth_records_key', ['model', 'id_hash'])
    .execute();
  for (const column of ['grant_id', 'user_code', 'uid', 'expires_at'])
    await db.schema.createIndex(`oauth_records_${column}`).on('oauth_records').column(column).execute();
}

async function addPeople(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('people')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('subject', 'text', (column) => column.notNull().unique())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('password_hash', 'text')
    .addColumn('must_change_password', 'boolean', (column) => column.notNull())
    .addColumn('is_admin', 'boolean', (column) => column.notNull())
    .addColumn('issuer', 'text')
    .addColumn('issuer_subject', 'text')
    .addColumn('created_at', 'timestamptz', (column) => column.notNull())
    .addColumn('disabled_at', 'timestamptz')
    .addUniqueConstraint('people_issuer_subject', ['issuer', 'issuer_subject'])
    .execute();
  // What another issuer calls its people is not ours to keep apart.
  await sql`create unique index people_name on people (name) where issuer is null`.execute(db);
  await db.schema
    .createTable('sign_ins')
    .addColumn('id_hash', 'text', (column) => column.primaryKey())
    .addColumn('person', 'text', (column) => column.notNull().references('people.id').onDelete('cascade'))
    .addColumn('created_at', 'timestamptz', (column) => column.notNull())
    .addColumn('expires_at', 'timestamptz', (column) => column.notNull())
    .execute();
  await db.schema.createIndex('sign_ins_person').on('sign_ins').column('person').execute();
}

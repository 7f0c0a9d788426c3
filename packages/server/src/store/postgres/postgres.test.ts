import { createServer, type Socket } from 'node:net';

import { describe, expect, test } from 'vitest';

import { freshDatabase, postgresUrl } from '../../../../../spec/postgres/database.ts';
import { configOf } from '../../../../../spec/postgres/stores.ts';
import { type DatabaseConfig, databaseFrom, databaseShape, problemOfUrl } from './config.ts';
import { connectionOf, placeOf } from './connection.ts';
import { checkServerVersion, LEAST_POSTGRES } from './failures.ts';
import { openPostgresStore, usingPostgres } from './open.ts';

const SECRET = 'pass-word-7f3a';

describe('the address', () => {
  test.each([
    ['db.example.com', 'must be an address'],
    ['https://db.example.com/ambit', 'must begin with'],
    ['postgres://ann@db.example.com', 'must name a database'],
    ['postgres://db.example.com/ambit', 'must name a user'],
    [`postgres://ann:${SECRET}%@db/ambit`, 'percent sign'],
    [`postgres://ann:${SECRET}/x@db/ambit`, 'must be an address'],
    ['postgres://ann@db/ambit?sslmode=no-verify', 'sslmode'],
    ['postgres://ann@db/ambit?sslmode=prefer', 'sslmode'],
    ['postgres://ann@db/ambit?options=-c%20x', 'may carry only'],
    ['postgres://ann@db/ambit?host=other.example.com', 'may carry only'],
  ])('%s is refused, and none of it is repeated', (url, expected) => {
    const problem = problemOfUrl(url);
    expect(problem).toContain(expected);
    expect(problem).not.toContain(SECRET);
    expect(() => databaseFrom(undefined, url, (path) => path)).toThrow(`AMBIT_DATABASE_URL ${problem}.`);
    expect(JSON.stringify(databaseShape.safeParse({ url }).error)).not.toContain(SECRET);
  });

  test.each([
    ['postgres://ann@localhost/ambit', {}, false],
    ['postgres://ann@127.0.0.1/ambit', {}, false],
    ['postgres://ann@[::1]/ambit', {}, false],
    ['postgres://ann@localhost/ambit?host=/run/postgresql', {}, false],
    ['postgres://ann@db.example.com/ambit', {}, { rejectUnauthorized: true }],
    ['postgres://ann@localhost.example.com/ambit', {}, { rejectUnauthorized: true }],
    ['postgres://ann@db.example.com/ambit?sslmode=require', {}, { rejectUnauthorized: true }],
    ['postgres://ann@db.example.com/ambit?sslmode=disable', {}, false],
    ['postgres://ann@db.example.com/ambit?sslmode=disable', { tls: true }, { rejectUnauthorized: true }],
    ['postgres://ann@db.example.com/ambit', { tls: false }, false],
  ])('%s with %o speaks TLS as %o', (url, more, expected) => {
    const config = { ...configOf(url), ...more };
    expect(connectionOf(config).ssl).toEqual(expected);
  });

  test('a password of its own goes before one in the address, and needs no escapes', async () => {
    const password = (config: DatabaseConfig) => (connectionOf(config).password as () => string)();
    const config = configOf('postgres://ann:in%40url@db/ambit');
    expect(password(config)).toBe('in@url');
    expect(password({ ...config, password: 'p@:/%' })).toBe('p@:/%');
    expect(placeOf(config)).toEqual({ host: 'db', port: 5432, user: 'ann', database: 'ambit' });
  });

  test('a certificate that cannot be read is named', () => {
    const config = { ...configOf('postgres://ann@db/ambit'), tls: { ca: '/none/ca.pem' } };
    expect(() => connectionOf(config)).toThrow('/none/ca.pem');
  });
});

test('a server that is too old is refused', () => {
  expect(() => checkServerVersion((LEAST_POSTGRES - 1) * 10_000 + 12)).toThrow(/PostgreSQL 14.*needs 15/);
  expect(() => checkServerVersion(LEAST_POSTGRES * 10_000)).not.toThrow();
});

test('nobody there, or somebody who says nothing, is told with host and port alone', async () => {
  const sockets: Socket[] = [];
  const deaf = createServer((socket) => sockets.push(socket));
  await new Promise<void>((resolve) => deaf.listen(0, '127.0.0.1', resolve));
  const { port } = deaf.address() as { port: number };
  const url = `postgres://ann:${SECRET}@127.0.0.1:${port}/ambit`;
  const told = {
    code: 'STORE_UNREACHABLE',
    message: expect.stringContaining(`127.0.0.1:${port} does not answer`),
  };
  const timedOut = openPostgresStore({ ...configOf(url), connectMs: 200 });
  await expect(timedOut).rejects.toMatchObject(told);
  for (const socket of sockets) socket.destroy();
  await new Promise((resolve) => deaf.close(resolve));
  await expect(openPostgresStore(configOf(url))).rejects.toMatchObject(told);
});

const server = await postgresUrl();

describe.skipIf(server === undefined)('a real PostgreSQL', () => {
  const changed = (change: (url: URL) => void): DatabaseConfig => {
    const url = new URL(server ?? 'postgres://x@x/x');
    change(url);
    return configOf(url.href);
  };

  test.each<readonly [string, string, (url: URL) => void, Partial<DatabaseConfig>]>([
    ['a wrong password', 'refused the user postgres', (url) => (url.password = SECRET), {}],
    ['no password', 'refused the user postgres', (url) => (url.password = ''), {}],
    ['a user that is not there', 'refused the user nobody', (url) => (url.username = 'nobody'), {}],
    ['a database that is not there', 'no database none', (url) => (url.pathname = '/none'), {}],
    ['TLS, which it does not speak', 'does not speak TLS', () => undefined, { tls: true }],
  ])('tells of %s, and not the password', async (_what, expected, change, more) => {
    const config = { ...changed(change), ...more };
    const error: unknown = await openPostgresStore(config).catch((thrown) => thrown);
    expect(error).toMatchObject({ code: 'STORE_UNREACHABLE', message: expect.stringContaining(expected) });
    const { stack = '', suggestion } = error as Error & { suggestion?: string };
    const { password } = new URL(config.url);
    if (password !== '') expect(`${stack} ${suggestion}`).not.toContain(password);
    expect(JSON.stringify(error)).not.toContain(SECRET);
  });

  test('tells of a user that may make no tables', async () => {
    const database = await freshDatabase(server ?? '');
    await database.run(`drop role if exists reader; create role reader login password '${SECRET}'`);
    const url = new URL(database.url);
    url.username = 'reader';
    url.password = SECRET;
    await expect(openPostgresStore(configOf(url.href))).rejects.toMatchObject({
      code: 'STORE_UNREACHABLE',
      message: expect.stringContaining('does not let the user reader'),
    });
    await database.close();
  });

  test('gives up a statement in time, breaks no other, and comes back after its connections were ended', async () => {
    const database = await freshDatabase(server ?? '');
    const store = await openPostgresStore({ ...configOf(database.url), statementMs: 300, connections: 1 });
    const locked = usingPostgres(configOf(database.url), (db) =>
      db.transaction().execute(async (holder) => {
        await holder.insertInto('root_key_checks').values({ key_id: 1, check_value: 'x' }).execute();
        await expect(store.write((unit) => unit.keys.add(1, 'y'))).rejects.toMatchObject({
          code: 'STORE_UNREACHABLE',
        });
      }),
    );
    await locked;
    expect(await store.keys.checks()).toEqual(new Map([[1, 'x']]));

    const end = `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`;
    await database.run(end);
    await expect
      .poll(() =>
        store.ping().then(
          () => 'there',
          () => 'away',
        ),
      )
      .toBe('there');
    const broken = store.write(async (unit) => {
      await unit.keys.add(2, 'z');
      await database.run(end);
      await unit.keys.add(3, 'z');
    });
    await expect(broken).rejects.toMatchObject({ code: 'STORE_UNREACHABLE' });
    expect(await store.keys.checks()).toEqual(new Map([[1, 'x']]));
    await store.close();
    await database.close();
  });

  test('word of changes comes again after the connection that carried it was ended', async () => {
    const database = await freshDatabase(server ?? '');
    const store = await openPostgresStore(configOf(database.url));
    let heard = 0;
    const stop = await store.hints.subscribe(() => {
      heard += 1;
    });
    await expect.poll(() => heard).toBeGreaterThan(0);
    const before = heard;
    await database.run(
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name = 'ambit-server feed'`,
    );
    await expect.poll(() => heard, { timeout: 10_000 }).toBeGreaterThan(before);
    await stop();
    await store.close();
    await database.close();
  });
});

import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { startPostgres } from './postgres.mjs';

/**
 * One PostgreSQL for a run of the tests, started when the first test asks for it and stopped with the run. Test files
 * run in processes of their own; they ask on a port, and are told the server's address or why there is none.
 */
export async function setup() {
  // The system's own folder, wherever the temporary files of the tests go: what a killed run leaves is looked for there.
  const place = tmpdir();
  let starting;
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    starting ??= startPostgres(place).catch((error) => {
      console.warn(`Not run, for want of a PostgreSQL: every test on a real one. ${error.message}`);
      return undefined;
    });
    starting.then((postgres) => socket.end(JSON.stringify({ url: postgres?.url ?? null })));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  process.env.AMBIT_TEST_POSTGRES_PORT = String(server.address().port);
  return async () => {
    server.close();
    await (await starting)?.stop();
  };
}

import { join } from 'node:path';

import { shownAddress } from '../addresses.ts';
import { type Config, loadConfig } from '../config.ts';
import { ServerError } from '../errors.ts';
import { createLog } from '../log.ts';
import type { RunningAmbitServer } from '../server.ts';
import { CONFIG_FLAG, type Command, type Io } from './command.ts';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;
const KILLED_BY_SIGNAL = 130;

/** `ambit-server`: runs the server until it is told to stop. */
export const start: Command = {
  words: [],
  summary: 'starts the server',
  flags: {
    ...CONFIG_FLAG,
    port: { value: 'N', help: 'the port to listen on; 0 takes any free one' },
    help: { help: 'show this help' },
  },
  examples: ['ambit-server --config ambit.yml', 'ambit-server --port 4100'],
  async run(args, io) {
    const [stray] = args.positionals;
    if (stray !== undefined)
      throw new ServerError('USAGE', 'There is no such command.', 'See ambit-server --help.');
    const { env, folder } = io;
    const config = await loadConfig({ file: args.one('config'), port: args.one('port'), env, folder });
    const log = createLog(env['AMBIT_LOG']);
    // All that a server is made of, which no other command needs.
    const { startServer } = await import('../server.ts');
    const server = await startServer(config, { log, progress: (line) => io.err(`ambit-server: ${line}`) });
    // Listened for first: whoever reads "ready" may answer with a signal at once.
    const stopped = untilStopped(io);
    announce(server, config, io);
    await stopped;
    await server.close();
    io.err('ambit-server: stopped');
    return 0;
  },
};

function announce({ url, firstPassword }: RunningAmbitServer, config: Config, io: Io): void {
  io.err(`ambit-server: ready; GraphQL at ${url}/graphql in front of ${shownAddress(config.upstream.url)}`);
  io.err(
    `ambit-server: admin API at ${url}/api, its credential in ${config.adminToken === undefined ? join(config.data, 'admin.token') : 'AMBIT_ADMIN_TOKEN'}; Ctrl-C stops`,
  );
  if (firstPassword !== undefined)
    io.err(
      `ambit-server: sign in at ${config.publicUrl ?? config.oauth?.issuer ?? url}/sign-in as admin; the password is in ${firstPassword}, to be changed at once`,
    );
}

/** Fulfilled at the first signal; the second one ends the process at once. */
function untilStopped(io: Io): Promise<void> {
  return new Promise((resolve) => {
    let told = false;
    const onSignal = (): void => {
      if (told) process.exit(KILLED_BY_SIGNAL);
      told = true;
      io.err('ambit-server: stopping; what is running may finish (Ctrl-C again stops at once)');
      resolve();
    };
    for (const signal of SIGNALS) process.on(signal, onSignal);
  });
}

import { Client } from 'pg';

import { CHANGES_CHANNEL } from '../changes.ts';
import type { Hints } from '../hints.ts';
import type { DatabaseConfig } from './config.ts';
import { connectionOf } from './connection.ts';

const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 5_000;

/**
 * Word of changes over a connection of its own, since one of the pool would be given to somebody else. A connection
 * that breaks is made again, ever more slowly; each new one is word in itself, because some may have been missed.
 */
export function createPostgresHints(config: DatabaseConfig): Hints {
  return {
    async subscribe(hear) {
      const listener = new Listener(config, hear);
      listener.start();
      return () => listener.stop();
    },
  };
}

class Listener {
  readonly #config: DatabaseConfig;
  readonly #hear: () => void;
  #client: Client | undefined;
  #timer: NodeJS.Timeout | undefined;
  #waitMs = FIRST_WAIT_MS;
  #stopped = false;

  constructor(config: DatabaseConfig, hear: () => void) {
    this.#config = config;
    this.#hear = hear;
  }

  start(): void {
    const client = new Client({ ...connectionOf(this.#config), application_name: 'ambit-server feed' });
    this.#client = client;
    const lost = once(() => this.#lost(client));
    client.on('error', lost);
    client.on('end', lost);
    client.on('notification', () => this.#hear());
    this.#listen(client).catch(lost);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#client?.end().catch(() => undefined);
  }

  async #listen(client: Client): Promise<void> {
    await client.connect();
    await client.query(`listen ${CHANGES_CHANNEL}`);
    this.#waitMs = FIRST_WAIT_MS;
    this.#hear();
  }

  #lost(client: Client): void {
    client.end().catch(() => undefined);
    if (this.#stopped) return;
    // Nodes that lost one server at once do not come back at once.
    this.#timer = setTimeout(() => this.start(), this.#waitMs * (0.5 + Math.random()));
    this.#timer.unref();
    this.#waitMs = Math.min(this.#waitMs * 2, LONGEST_WAIT_MS);
  }
}

function once(action: () => void): () => void {
  let done = false;
  return () => {
    if (done) return;
    done = true;
    action();
  };
}

import type { Log } from '@ambit/server';

/** A log that keeps what it is told. */
export interface TestLog {
  readonly log: Log;
  readonly lines: ({ readonly level: string; readonly message: string } & Record<string, unknown>)[];
  text(): string;
}

export function createTestLog(): TestLog {
  const lines: TestLog['lines'] = [];
  const at = (level: string) => (fields: object, message: string) => {
    lines.push({ level, message, ...fields });
  };
  const log = { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
  return { log: log as unknown as Log, lines, text: () => JSON.stringify(lines) };
}

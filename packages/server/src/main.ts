#!/usr/bin/env node
import { text } from 'node:stream/consumers';

import { run } from './cli/run.ts';

// Whoever reads may stop before the end, as `head` does; the command still finishes what it does.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

const exit = await run(process.argv.slice(2), {
  env: process.env,
  folder: process.cwd(),
  out: (line) => process.stdout.write(`${line}\n`),
  err: (line) => process.stderr.write(`${line}\n`),
  input: async () => (process.stdin.isTTY ? undefined : text(process.stdin)),
});
process.exitCode = exit;

import { type FileHandle, open, rm } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

import { findStore } from '../config-store.ts';
import { ServerError, systemCode } from '../errors.ts';
import { syncFolder } from '../private-file.ts';
import { totalOf } from '../store/transfer/format.ts';
import { COMMON_FLAGS, CONFIG_FLAG, type Command } from './command.ts';
import { printable, printableJson } from './printable.ts';
import { createProgress } from './progress.ts';

/** `ambit-server export`: the whole store as a file that any release from this one on can import. */
export const exportCommand: Command = {
  words: ['export'],
  summary: 'writes the whole store as JSON lines; the root key is not in it',
  flags: {
    out: { value: 'FILE', help: 'a new file, readable by you alone; without it stdout' },
    move: { help: 'afterwards nothing opens this store any more: it goes on where the file is imported' },
    ...CONFIG_FLAG,
    ...COMMON_FLAGS,
  },
  examples: ['ambit-server export --out tokens.jsonl', 'ambit-server export > tokens.jsonl'],
  async run(args, io) {
    const out = args.one('out');
    if (args.positionals.length > 0)
      throw new ServerError('USAGE', 'export takes no file by position.', 'Give it as --out FILE.');
    if (out === undefined && args.has('json'))
      throw new ServerError('USAGE', '--json needs --out FILE: without it the export itself is on stdout.');
    const place = await findStore({ file: args.one('config'), env: io.env, folder: io.folder });
    if (args.has('move') && (out === undefined || place.database !== undefined))
      throw new ServerError('USAGE', '--move is for the store of a data folder, and needs --out FILE.');
    const progress = createProgress(io, 'exported');
    const { exportFrom, leaveStore } = await import('../store/transfer/place.ts');
    if (out === undefined) {
      await exportFrom(place, io.out, progress);
      io.err('ambit-server: the root key and the OAuth keys are not in the export; keep copies elsewhere');
      return 0;
    }
    const path = resolve(io.folder, out);
    const header = await intoFile(path, (write) => exportFrom(place, write, progress));
    if (args.has('move')) await leaveStore(place.data);
    if (args.has('json')) io.out(printableJson({ file: path, ...header }));
    else {
      const rows = totalOf(header.counts);
      io.out(`${printable(path)} holds ${rows} rows of a store of version ${header.store}.`);
      if (args.has('move')) io.out(`Nothing opens the store in ${printable(place.data)} any more.`);
      io.out('The root key is not in it: keep a copy elsewhere, without it every token is lost.');
      io.out(
        'Nor are the keys of an authorization server: keep a copy of oauth.keys, or AMBIT_OAUTH_KEYS, too.',
      );
    }
    return 0;
  },
};

type Write = (line: string) => Promise<void>;

/** A new file of mode 0600, whole and on disk when it is fulfilled; removed where it is not. */
async function intoFile<T>(path: string, action: (write: Write) => Promise<T>): Promise<T> {
  const file = await newFile(path);
  try {
    const result = await inBlocks(file, action);
    await file.sync();
    await file.close();
    await syncFolder(dirname(path));
    return result;
  } catch (error) {
    await file.close().catch(() => undefined);
    await rm(path, { force: true });
    throw error;
  }
}

async function newFile(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'wx', 0o600);
  } catch (error) {
    const code = systemCode(error);
    if (code === undefined) throw error;
    const reason =
      code === 'EEXIST' ? 'is there already, and is not replaced' : `cannot be written (${code})`;
    throw new ServerError('USAGE', `The file ${path} ${reason}.`, 'Name a new one with --out FILE.');
  }
}

const BLOCK = 64 * 1024;

async function inBlocks<T>(file: FileHandle, action: (write: Write) => Promise<T>): Promise<T> {
  let block = '';
  const result = await action(async (line) => {
    block += `${line}\n`;
    if (block.length < BLOCK) return;
    await file.writeFile(block);
    block = '';
  });
  await file.writeFile(block);
  return result;
}

import { badOption, type Values } from './command.ts';

/** What a person can be asked. Every method throws `AmbitError` where the person leaves. */
export interface Asker {
  /** One line; `refuse` says what is wrong with it. */
  readonly text: (
    message: string,
    initial: string,
    refuse: (value: string) => string | undefined,
  ) => Promise<string>;
  /** Some of `options`; those of `chosen` are ticked already. */
  readonly several: (
    message: string,
    options: readonly { readonly value: string; readonly hint: string }[],
    chosen: readonly string[],
  ) => Promise<string[]>;
  readonly confirm: (message: string) => Promise<boolean>;
}

/** Options of commands that ask. */
export const askingOptions = {
  yes: { type: 'boolean', description: 'ask nothing' },
} as const;

/** Both sides of what may be a terminal. */
export interface Terminal {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
}

/**
 * Somebody to ask, where there is one: a terminal on both sides, and neither `--yes` nor `--json`. What draws the
 * questions is loaded only then.
 */
export async function askerOf(
  values: Pick<Values, 'flag'>,
  { stdin, stdout }: Terminal = process,
): Promise<Asker | undefined> {
  if (!stdin.isTTY || !stdout.isTTY || values.flag('yes') || values.flag('json')) return undefined;
  const clack = await import('@clack/prompts');
  // Some terminals do not know how wide they are; questions cannot be drawn in no column.
  if (!stdout.columns) stdout.columns = 80;
  const left = new AbortController();
  const shared = { input: stdin, output: stdout, signal: left.signal };
  // Ctrl-D closes the input, and then a question would wait for ever.
  stdin.on('keypress', (_text: unknown, key?: { readonly ctrl?: boolean; readonly name?: string }) => {
    if (key?.ctrl === true && key.name === 'd') left.abort();
  });
  stdin.once('end', () => left.abort());
  const kept = <T>(answer: T): Exclude<T, symbol> => {
    if (clack.isCancel(answer)) throw badOption('stopped; nothing was written');
    return answer as Exclude<T, symbol>;
  };
  return {
    text: async (message, initial, refuse) =>
      kept(
        await clack.text({
          ...shared,
          message,
          initialValue: initial,
          validate: (value) => refuse(value ?? ''),
        }),
      ),
    several: async (message, options, chosen) =>
      kept(
        await clack.multiselect({
          ...shared,
          message,
          options: options.map(({ value, hint }) => ({ value, label: value, hint })),
          initialValues: [...chosen],
          required: false,
        }),
      ),
    confirm: async (message) => kept(await clack.confirm({ ...shared, message })),
  };
}

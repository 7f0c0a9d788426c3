import { ServerError } from '../errors.ts';
import type { PersonWithPassword } from '../people/people.ts';
import type { ListedPerson } from '../people/person.ts';
import { openTokenClient } from './adminclient.ts';
import type { Arguments } from './arguments.ts';
import { COMMON_FLAGS, CONFIG_FLAG, type Command, type Io } from './command.ts';
import type { PersonCommands } from './personclient.ts';
import { printable, printableJson } from './printable.ts';

const FLAGS = { ...CONFIG_FLAG, ...COMMON_FLAGS };

const create: Command = {
  words: ['person', 'create'],
  summary: 'makes somebody who can sign in, and shows their first password once',
  flags: {
    name: { value: 'NAME', help: 'what they type to sign in (needed)' },
    subject: { value: 'ID', help: 'what the API knows them by; the name when absent' },
    admin: { help: 'marks them as an administrator, which opens nothing yet' },
    ...FLAGS,
  },
  examples: [
    'ambit-server person create --name alice',
    'ambit-server person create --name bob --subject u-1782',
  ],
  async run(args, io) {
    const name = args.one('name');
    if (name === undefined) throw new ServerError('USAGE', 'Who? The command needs --name.', 'See --help.');
    const subject = args.one('subject');
    const wanted = { name, ...(subject === undefined ? {} : { subject }), isAdmin: args.has('admin') };
    const made = await withPeople(args, io, (people) => people.create(wanted));
    showPassword(made, args, io);
    return 0;
  },
};

const list: Command = {
  words: ['person', 'list'],
  summary: 'lists the people who can sign in',
  flags: FLAGS,
  examples: ['ambit-server person list', 'ambit-server person list --json'],
  async run(args, io) {
    const people = await withPeople(args, io, (all) => all.list());
    if (args.has('json')) io.out(printableJson({ people }));
    else for (const person of people) io.out(lineOf(person));
    return 0;
  },
};

const disable: Command = {
  words: ['person', 'disable'],
  positional: 'PERSON',
  summary: 'signs a person out everywhere and lets them in no more',
  flags: { enable: { help: 'let them in again instead' }, ...FLAGS },
  examples: ['ambit-server person disable alice', 'ambit-server person disable alice --enable'],
  async run(args, io) {
    const ref = onlyPerson(args);
    const disabled = !args.has('enable');
    const person = await withPeople(args, io, (people) => people.setDisabled(ref, disabled));
    if (args.has('json')) io.out(printableJson(person));
    else
      io.out(
        printable(`${person.name} ${disabled ? 'is signed out and may not sign in' : 'may sign in again'}.`),
      );
    return 0;
  },
};

const resetPassword: Command = {
  words: ['person', 'reset-password'],
  positional: 'PERSON',
  summary: 'gives a person a new password, shows it once, and signs them out everywhere',
  flags: FLAGS,
  examples: ['ambit-server person reset-password alice'],
  async run(args, io) {
    const ref = onlyPerson(args);
    showPassword(await withPeople(args, io, (people) => people.resetPassword(ref)), args, io);
    return 0;
  },
};

/** What is done with people from the command line, through the running server or in the store itself. */
export const personCommands: readonly Command[] = [create, list, disable, resetPassword];

async function withPeople<Answer>(
  args: Arguments,
  { env, folder }: Io,
  ask: (people: PersonCommands) => Promise<Answer>,
): Promise<Answer> {
  const client = await openTokenClient({ file: args.one('config'), env, folder });
  try {
    return await ask(client.people);
  } finally {
    await client.close();
  }
}

function onlyPerson({ positionals }: Arguments): string {
  const [person] = positionals;
  if (person !== undefined && positionals.length === 1) return person;
  throw new ServerError(
    'USAGE',
    'Which person? The command needs one id, subject or name.',
    'ambit-server person list shows them.',
  );
}

function showPassword(made: PersonWithPassword, args: Arguments, io: Io): void {
  if (args.has('json')) {
    io.out(printableJson(made));
    return;
  }
  io.out(
    printable(
      `${made.person.name} (${made.person.id}) signs in with this password, and has to change it then:`,
    ),
  );
  io.out(`\n  ${made.password}\n`);
  io.out('It is not shown again and cannot be read from the store.');
}

function lineOf({ id, name, subject, isAdmin, signsInAt, status }: ListedPerson): string {
  const admin = isAdmin ? ', administrator' : '';
  return printable(
    `${id}  ${status.padEnd(8)}  ${name}  known as ${subject}, signs in ${signsInAt === 'here' ? 'here' : `at ${signsInAt}`}${admin}`,
  );
}

import { fileURLToPath } from 'node:url';
import { measureIn } from '../lib/child.mjs';
import { markdown, ratio, short, time } from '../lib/table.mjs';

const worker = fileURLToPath(new URL('./worker.mjs', import.meta.url));
const names = ['compile', 'credential', 'introspection', 'wide', 'operation', 'kept'];

/** What GitHub's schema costs: once, for each credential, for each operation. */
export const masks = {
  name: 'masks',
  async measure({ seconds, tell }) {
    const figures = {};
    for (const name of names) {
      tell(`GitHub's schema, ${name}`);
      const task = { title: name, task: name, seconds };
      figures[name] = await measureIn(worker, task, { nodeOptions: ['--expose-gc'] });
    }
    return figures;
  },
  print: (figures) =>
    markdown(
      ["GitHub's schema and the rules of `examples/github`", 'target', 'Ambit', 'beside it'],
      lines(figures),
    ),
};

function lines({ compile, credential, introspection, wide, operation, kept }) {
  const { validation } = operation;
  const beyond = (milliseconds) => `${time(Math.max(0, milliseconds - validation))} beyond validation`;
  return [
    [
      'compile schema and rules, once, by `buildSchema`',
      '<= 2',
      ratio(compile.ratio),
      `buildSchema ${time(compile.buildSchema)}`,
    ],
    ['rules on a schema that is there', '', time(compile.rulesOnly), ''],
    [
      'first decision of a credential never seen',
      '<= 0.5 ms',
      time(credential.decideFirst),
      'known operation',
    ],
    [
      'kept for each distinct credential',
      '<= 2 KB',
      bytes(kept.decided),
      'of 5,000, grants held by the caller',
    ],
    ['kept after 200 of them introspected', 'bounded', bytes(kept.masks), 'all together'],
    [
      'first masked `GraphQLSchema`',
      '<= 35 ms',
      time(credential.maskFirst),
      `the same again ${time(credential.maskAgain)}`,
    ],
    [
      'introspection answer, first of a credential',
      '',
      time(introspection.first),
      `graphql-js, unmasked ${time(introspection.whole)}`,
    ],
    ['introspection answer, again', '<= 5 ms', time(introspection.again), `${introspection.types} types`],
    [
      'wide mask: first `GraphQLSchema`',
      '<= 35 ms',
      time(wide.mask),
      `${wide.types} types, no rules, \`read_api\``,
    ],
    ['wide mask: introspection answer, again', '', time(wide.introspection), ''],
    [
      'first decision on a new operation',
      '<= 10 us',
      beyond(operation.decideNew),
      `graphql's validation ${time(validation)}`,
    ],
    ['the same by `prepare`', '<= 10 us', beyond(operation.prepareNew), ''],
    ['decision on a known operation', '<= 0.1 us', time(operation.decideKnown), ''],
    ['the same by `prepare`', '<= 0.1 us', time(operation.prepareKnown), ''],
  ];
}

function bytes(count) {
  if (Math.abs(count) >= 1e6) return `${short(count / 1e6)} MB`;
  return count >= 1000 ? `${short(count / 1000)} KB` : `${Math.round(count)} B`;
}

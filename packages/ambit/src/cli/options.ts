import type { ArgsDef } from 'citty';

/** Options of every command. */
export const everywhere: ArgsDef = {
  rules: { type: 'string', valueHint: 'FILE', description: 'rules file, YAML' },
  permissions: {
    type: 'string',
    valueHint: 'DIR',
    description: 'catalogue of permissions: a folder, or one YAML file',
  },
  coverage: {
    type: 'enum',
    options: ['strict', 'open'],
    description: 'whether what no rule speaks for is denied (`strict`, the default) or public (`open`)',
  },
  json: { type: 'boolean', description: 'print one JSON document on stdout, and messages on stderr' },
  help: { type: 'boolean', description: 'show this text' },
};

/** The schema, for every command that works on one. */
export const schemaOption: ArgsDef = {
  schema: {
    type: 'string',
    valueHint: 'PLACE',
    required: true,
    description: 'SDL, introspection JSON, or the URL of an API that answers introspection',
  },
};

/** Options that choose and feed an operation. */
export const onOperation: ArgsDef = {
  'operation-name': {
    type: 'string',
    valueHint: 'NAME',
    description: 'which operation, where the document has several',
  },
  variables: { type: 'string', valueHint: 'FILE', description: 'variables, JSON or YAML' },
};

/** The instant as at which grants are looked at. */
export const clockOption: ArgsDef = {
  now: {
    type: 'string',
    valueHint: 'INSTANT',
    description: 'decide as at this instant, for example 2027-01-31T12:00:00Z',
  },
};

/** The grants of a credential. */
export const grantsOption: ArgsDef = {
  grants: {
    type: 'string',
    valueHint: 'FILE',
    required: true,
    description: 'what the credential holds, JSON or YAML',
  },
  ...clockOption,
};

/** What `check` compares with, writes, and prints. */
export const checkOptions: ArgsDef = {
  todo: {
    type: 'string',
    valueHint: 'FILE',
    description:
      'to-do list of what is not marked yet: it stays denied and is no error; what is not on it is',
  },
  'write-todo': {
    type: 'string',
    valueHint: 'FILE',
    description: 'write that list of what is not marked today',
  },
  baseline: {
    type: 'string',
    valueHint: 'FILE',
    description: 'what each assignable permission gave when it was agreed: more or less is an error',
  },
  'write-baseline': {
    type: 'string',
    valueHint: 'FILE',
    description: 'write that of the catalogue of today',
  },
  docs: {
    type: 'string',
    valueHint: 'FILE',
    description: 'page written by `ambit reference`: an error where it is not up to date',
  },
  format: {
    type: 'enum',
    options: ['text', 'sarif', 'github'],
    description:
      'print for people (`text`, the default), for code scanning, or as annotations of GitHub Actions',
  },
};

/** What `diff` compares besides two catalogues. */
export const diffOptions: ArgsDef = {
  tokens: {
    type: 'string',
    valueHint: 'FILE',
    description: 'stored tokens, as `ambit-server token list --json` prints them',
  },
  schema: {
    type: 'string',
    valueHint: 'PLACE',
    description: 'schema whose rules ask: SDL, introspection JSON, or a URL',
  },
  rules: { type: 'string', valueHint: 'FILE', description: 'rules file, YAML' },
  'old-schema': { type: 'string', valueHint: 'PLACE', description: 'the schema of OLD, where it is another' },
  'old-rules': {
    type: 'string',
    valueHint: 'FILE',
    description: 'the rules file of OLD, where it is another',
  },
  json: { type: 'boolean', description: 'print one JSON document on stdout, and messages on stderr' },
  help: { type: 'boolean', description: 'show this text' },
};

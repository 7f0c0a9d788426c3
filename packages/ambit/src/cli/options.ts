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

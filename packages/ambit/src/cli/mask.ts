import { type GraphQLSchema, isInterfaceType, isIntrospectionType, isObjectType, printSchema } from 'graphql';
import { tellIgnored } from './advice.ts';
import { type Command, command } from './command.ts';
import { openEngine } from './engine.ts';
import { readGrants } from './inputs.ts';
import { everywhere, grantsOption, schemaOption } from './options.ts';

/** `ambit mask` */
export const maskCommand: Command = command(
  {
    name: 'mask',
    summary: 'which part of the schema can these grants see?',
    operands: '--schema PLACE --grants FILE [OPTIONS]',
    about:
      'Prints the SDL that a credential with these grants is shown, introspection included. What is not in it does not exist for that credential.',
    examples: [
      { line: 'ambit mask --schema schema.graphql --grants grants.json', does: 'read it' },
      {
        line: 'ambit mask --schema schema.graphql --grants grants.json > agent.graphql',
        does: 'hand it to a client or an agent',
      },
    ],
    exits: ['0', '2 something cannot be read'],
  },
  { ...schemaOption, ...grantsOption, ...everywhere },
  { what: 'options', least: 0, most: 0 },
  async (values) => {
    const grants = await readGrants(values.option('grants') ?? '');
    const { ambit, now } = await openEngine(values);
    tellIgnored(ambit, grants, now);
    const mask = ambit.mask(grants);
    const sdl = printSchema(mask);
    return { json: { sdl, ...sizeOf(mask) }, text: sdl, exit: 0 };
  },
);

/** How many types there are besides introspection's own, and how many fields objects and interfaces have. */
function sizeOf(schema: GraphQLSchema): { types: number; fields: number } {
  const types = Object.values(schema.getTypeMap()).filter((type) => !isIntrospectionType(type));
  const fields = types.map((type) =>
    isObjectType(type) || isInterfaceType(type) ? Object.keys(type.getFields()).length : 0,
  );
  return { types: types.length, fields: fields.reduce((sum, count) => sum + count, 0) };
}

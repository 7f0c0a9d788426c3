import { type GraphQLSchema, isInterfaceType, isObjectType } from 'graphql';
import { nearest } from '../coordinates.ts';
import type { ProposedKind } from '../init/proposal.ts';
import { fieldsOf, isReadableLeaf } from '../init/survey.ts';
import { STANDALONE_KINDS } from '../rules/requirement.ts';
import { badOption } from './command.ts';

/**
 * Kinds of boundary as `--kind` names them: `store=Store.slug,clinic=Clinic.path`.
 * @throws AmbitError BAD_OPTION for what is no kind, no type, or no field that tells one object from others
 */
export function kindsSaid(option: string | undefined, schema: GraphQLSchema): ProposedKind[] {
  const kinds = (option?.split(',') ?? []).map((text) => kindOf(text.trim(), schema));
  for (const [at, kind] of kinds.entries()) {
    const isTwice = kinds.slice(0, at).some(({ name, type }) => name === kind.name || type === kind.type);
    if (isTwice) throw badOption(`\`--kind\` names \`${kind.name}\` or \`${kind.type}\` twice`);
  }
  return kinds;
}

function kindOf(text: string, schema: GraphQLSchema): ProposedKind {
  const [, name = '', typeName = '', field = ''] = /^([a-z][a-z0-9_]*)=(\w+)\.(\w+)$/.exec(text) ?? [];
  if (name === '')
    throw badOption(`\`--kind\` has to be NAME=Type.field; found \`${text}\``, '--kind store=Store.slug');
  if (STANDALONE_KINDS.includes(name))
    throw badOption(`\`${name}\` is a kind of its own; choose another name`);
  const type = schema.getType(typeName);
  if (!isObjectType(type) && !isInterfaceType(type))
    throw badOption(
      `\`--kind ${text}\`: \`${typeName}\` is no object type or interface`,
      nearest(typeName, Object.keys(schema.getTypeMap())),
    );
  const leaves = fieldsOf(type).flatMap((one) => (isReadableLeaf(type, one.name) ? [one.name] : []));
  if (!leaves.includes(field))
    throw badOption(
      `\`--kind ${text}\`: \`${typeName}.${field}\` is no leaf that can be read without arguments`,
      nearest(field, leaves),
    );
  return { name, type: typeName, identity: field };
}

import { type GraphQLField, type GraphQLObjectType, getNamedType } from 'graphql';
import { rootTypes } from '../compile/placement.ts';
import type { Policy, TypeAccess } from '../compile/policy.ts';
import { fieldCoordinate } from '../coordinates.ts';
import { definedAt, error, type Finding } from './finding.ts';
import type { Door, Reach } from './reach.ts';

/** How much of a schema is settled: reachable object types, and root fields. */
export interface Coverage {
  readonly covered: number;
  readonly total: number;
}

/** M3 and M4: whatever can be reached has to be spoken for. */
export function coverageOf(policy: Policy, reach: Reach): { findings: Finding[]; coverage: Coverage } {
  const findings: Finding[] = [];
  let total = 0;
  for (const [type, doors] of reach) {
    const access = policy.typeAccess(type);
    if (access.cover === 'root') {
      total += Object.keys(type.getFields()).length;
      findings.push(...rootFindings(policy, type));
      continue;
    }
    total += 1;
    const problem = typeFinding(policy, access, doors);
    if (problem) findings.push(problem);
  }
  const settled = policy.rest === 'deny' ? [] : findings;
  return { findings: settled, coverage: { covered: total - settled.length, total } };
}

function typeFinding(policy: Policy, access: TypeAccess, doors: readonly Door[]): Finding | undefined {
  const { name } = access.type;
  if (access.cover === 'unmarked') {
    const saying = {
      code: 'UNCOVERED_TYPE',
      coordinate: name,
      message: `nothing says who may see \`${name}\`, which \`${doorName(doors[0])}\` returns${others(doors)}`,
      fix: `give \`${name}\` a rule, or mark it as \`@public\`${isHelper(access.type) ? ', or as `@inherits` if it belongs to the object above it' : ''}`,
    };
    return error(saying, definedAt(policy.schema, name));
  }
  if (access.inheritsAs !== 'other' && access.inheritsAs !== 'payload') return undefined;
  const open = doors.find((door) => !isCoveredDoor(policy, door));
  if (!open) return undefined;
  const saying = {
    code: 'UNCOVERED_PATH',
    coordinate: name,
    message: `\`${name}\` inherits, and through \`${doorName(open)}\` there is nothing above it to inherit from`,
    fix: `give \`${doorName(open)}\` or the type on which it stands a rule, or give \`${name}\` one of its own`,
  };
  return error(saying, definedAt(policy.schema, name));
}

/** Whether something stands above what comes through a door. What inherits itself is looked at by itself. */
function isCoveredDoor(policy: Policy, { holder, field }: Door): boolean {
  const { cover } = policy.typeAccess(holder);
  return cover === 'root' ? policy.fieldAccess(holder, field).covered : cover !== 'unmarked';
}

function rootFindings(policy: Policy, root: GraphQLObjectType): Finding[] {
  return Object.values(root.getFields()).flatMap((field) => {
    if (policy.fieldAccess(root, field).covered) return [];
    const coordinate = fieldCoordinate(root.name, field.name);
    const saying = {
      code: 'UNCOVERED_FIELD',
      coordinate,
      message: `nothing says who may use \`${coordinate}\`: ${whyUncovered(policy, root, field)}`,
      fix: `give \`${coordinate}\` a rule, or mark it as \`@public\``,
    };
    return [error(saying, definedAt(policy.schema, root.name, field.name))];
  });
}

function whyUncovered(
  policy: Policy,
  root: GraphQLObjectType,
  field: GraphQLField<unknown, unknown>,
): string {
  const [query] = rootTypes(policy.schema);
  if (root !== query)
    return `every ${root === policy.schema.getMutationType() ? 'mutation' : 'subscription'} needs a rule of its own`;
  const returned = getNamedType(field.type);
  return `it returns \`${returned.name}\`, which is no object type with a rule that would cover it`;
}

/** A type that nothing can be fetched by is more likely part of what stands above it. */
function isHelper(type: GraphQLObjectType): boolean {
  return type.getFields()['id'] === undefined;
}

function doorName(door: Door | undefined): string {
  return door ? fieldCoordinate(door.holder.name, door.field.name) : '';
}

function others(doors: readonly Door[]): string {
  const count = doors.length - 1;
  if (count < 1) return '';
  return count === 1 ? ', and one other field' : `, and ${count} other fields`;
}

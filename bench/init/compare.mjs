import { Kind, parse, print, visit } from 'graphql';
import { compile } from '../../packages/ambit/dist/compile/compile.js';
import { propose } from '../../packages/ambit/dist/init/propose.js';
import { boundariesValue, rulesValue } from '../../packages/ambit/dist/init/value.js';
import { RULE_DIRECTIVES } from '../../packages/ambit/dist/rules/directives.js';
import { rulesFrom } from '../../packages/ambit/dist/rules/rules.js';
import { schemaFromSdl } from '../../packages/ambit/dist/schema.js';

/** SDL without the directives in which rules are written. */
export function stripped(sdl) {
  const withoutRules = visit(parse(sdl), {
    Directive: ({ name }) => (RULE_DIRECTIVES.includes(name.value) ? null : undefined),
    DirectiveDefinition: ({ name }) => (RULE_DIRECTIVES.includes(name.value) ? null : undefined),
  });
  return print({ ...withoutRules, kind: Kind.DOCUMENT });
}

/** What a proposal comes to once it is compiled over the schema for which it was made. */
export function compiledProposal(schema, proposal) {
  const file = rulesFrom({
    version: 1,
    boundaries: boundariesValue(proposal.kinds),
    rules: rulesValue(proposal.rules),
  });
  return compile({
    schema,
    rules: file.rules,
    rest: undefined,
    catalog: { permissions: [], assignables: [] },
    boundaries: file.boundaries,
    coverage: 'strict',
  });
}

/**
 * Compares a proposal for a schema without its rules with the rules that people wrote for it, coordinate by
 * coordinate. `same`: permission, kind and path are those of the hand-written rule. `renamed`: only the name of a
 * permission differs, one to one in the whole schema. `stricter`: whatever passes the proposal passes the hand-written
 * rule. `weaker`: the rest; a grant may exist that passes the proposal alone.
 */
export function compare(sdl, boundaries) {
  const hand = compiledHand(sdl, [], boundaries);
  const bare = stripped(sdl);
  const { schema } = schemaFromSdl(bare);
  const proposed = compiledProposal(schema, propose(schema));
  const both = [...new Set([...hand.rules.keys(), ...proposed.rules.keys()])].sort();
  return { sdl: bare, ...compared(hand, proposed, both) };
}

/** The same for rules in a file; what the file does not name is denied by its `rest`, and not compared. */
export function compareNamed(sdl, file) {
  const hand = compiledHand(sdl, file.rules, file.boundaries);
  const { schema } = schemaFromSdl(sdl);
  return compared(hand, compiledProposal(schema, propose(schema)), [...hand.rules.keys()].sort());
}

function compared(hand, proposed, coordinates) {
  const renamed = renamings(hand, proposed, coordinates);
  const rows = coordinates.map((coordinate) => rowOf(hand, proposed, coordinate, renamed));
  return { rows, hand: hand.rules.size, ...countsOf(rows) };
}

function compiledHand(sdl, rules, boundaries) {
  return compile({
    schema: schemaFromSdl(sdl).schema,
    rules,
    rest: undefined,
    catalog: { permissions: [], assignables: [] },
    boundaries,
    coverage: 'strict',
  });
}

function countsOf(rows) {
  const of = (verdict) => rows.filter((row) => row.verdict === verdict);
  return {
    same: of('same').length,
    renamed: of('renamed').length,
    stricter: of('stricter').length,
    added: of('added').length,
    weaker: of('weaker').length,
    helpers: rows.filter((row) => row.hand === 'inherits').length,
  };
}

/** What a coordinate is: how a type is covered, and what its own rule asks for. */
function said(policy, coordinate) {
  const rule = policy.rules.get(coordinate);
  const type = policy.schema.getType(coordinate);
  const inherits =
    type && 'getInterfaces' in type && 'getFields' in type && policy.typeAccess(type).cover === 'inherits';
  return { inherits: inherits === true, public: rule?.public === true, elements: rule?.elements ?? [] };
}

const alternativeKey = ({ boundaryType, boundary, argument }) =>
  `${boundaryType}|${boundary?.text ?? ''}|${argument?.join('.') ?? ''}`;
const elementKey = (element, name = (one) => one) =>
  element.kind === 'permissions'
    ? `${element.names.map(name).sort()} ${element.alternatives.map(alternativeKey).sort()}`
    : JSON.stringify(element);

function rowOf(hand, proposed, coordinate, renamed) {
  const wanted = said(hand, coordinate);
  const found = said(proposed, coordinate);
  const row = (verdict) => ({ coordinate, verdict, hand: textOf(wanted), proposed: textOf(found) });
  if (!hand.rules.has(coordinate)) {
    const isMore = found.elements.length > 0 || (!wanted.inherits && found.inherits === wanted.inherits);
    return row(wanted.inherits && found.inherits ? 'same' : isMore && !found.public ? 'added' : 'weaker');
  }
  if (wanted.inherits !== found.inherits)
    return row(found.inherits && wanted.elements.length > 0 ? 'weaker' : 'stricter');
  const keys = (one, name) => one.elements.map((element) => elementKey(element, name)).sort();
  const rename = (name) => renamed.get(name) ?? name;
  if (equal(keys(wanted), keys(found)) && wanted.public === found.public) return row('same');
  if (equal(keys(wanted, rename), keys(found)) && wanted.public === found.public) return row('renamed');
  const holds = wanted.elements.every((element) =>
    found.elements.some((one) => implies(one, element, rename)),
  );
  const isOpen = found.elements.length === 0;
  return row(holds && !(isOpen && !wanted.public) ? 'stricter' : 'weaker');
}

/** Whether whatever passes `one` passes `other`: it asks for no less, in places of which each would do there too. */
function implies(one, other, rename) {
  if (one.kind !== other.kind) return false;
  if (one.kind !== 'permissions') return elementKey(one) === elementKey(other);
  const places = other.alternatives.map(alternativeKey);
  return (
    other.names.every((name) => one.names.includes(rename(name))) &&
    one.alternatives.every((alternative) => places.includes(alternativeKey(alternative)))
  );
}

/** Names that stand for each other wherever either stands: hand-written to proposed. */
function renamings(hand, proposed, coordinates) {
  const names = (policy, coordinate) =>
    said(policy, coordinate).elements.flatMap((one) => (one.kind === 'permissions' ? [one.names] : []));
  const pairs = new Map();
  const known = new Set([...proposed.rules.keys()].flatMap((one) => names(proposed, one).flat()));
  for (const coordinate of coordinates) {
    const [wanted, ...more] = names(hand, coordinate);
    const [found, ...others] = names(proposed, coordinate);
    if (!wanted || !found || more.length + others.length > 0 || wanted.length + found.length > 2) continue;
    const [from] = wanted;
    const [to] = found;
    pairs.set(from, pairs.has(from) && pairs.get(from) !== to ? undefined : to);
  }
  const targets = [...pairs.values()];
  return new Map(
    [...pairs].filter(
      ([from, to]) =>
        to !== undefined &&
        from !== to &&
        !known.has(from) &&
        targets.filter((one) => one === to).length === 1,
    ),
  );
}

const equal = (one, other) =>
  one.length === other.length && one.every((item, index) => item === other[index]);

function textOf({ inherits, public: open, elements }) {
  if (inherits) return 'inherits';
  if (elements.length > 0) return elements.map((element) => elementKey(element)).join(' and ');
  return open ? 'public' : 'nothing of its own';
}

import { createAmbit } from 'ambit';
import { parse, validate } from 'graphql';
import { test } from 'vitest';
import { Dice } from './dice.ts';
import { makeSchema } from './schemas.ts';
import { makeData } from './data.ts';
import { makeDocument } from './operations.ts';
import { makeGrants } from './grants.ts';
import { compare, differences, engineAnswer, engineOf, type MakeEngine, referenceAnswer, referenceOf, schemaOf } from './scenario.ts';
import { caseFile } from './casefile.ts';
import { shrink } from './shrink.ts';
import { rootOf } from './world.ts';

test('scratch', async () => {
  const tally: Record<string, number> = {};
  const add = (n: string) => (tally[n] = (tally[n] ?? 0) + 1);
  let shown = 0;
  const start = Date.now();
  for (let seed = Number(process.env['SEED'] ?? 1); Date.now() - start < Number(process.env['MS'] ?? 5000); seed++) {
    const dice = new Dice(seed);
    const guarded = makeSchema(dice);
    let schema; let engine;
    try { schema = schemaOf(guarded); engine = engineOf(createAmbit as unknown as MakeEngine, guarded); } catch (e) { add('bad schema'); add('bad: ' + String((e as Error).message).slice(0, 120)); continue; }
    add('schemas');
    const reference = referenceOf(guarded, schema);
    const data = makeData(dice, schema);
    const root = rootOf(data);
    const roots = Object.keys(schema.getQueryType()!.getFields());
    for (let d = 0; d < 20; d++) {
      const document = makeDocument(dice, schema);
      let parsed; try { parsed = parse(document.text); } catch (e) { add('unparsable ' + (e as Error).message); console.log(document.text); continue; }
      const errs = validate(schema, parsed);
      if (errs.length > 0) { add('invalid'); add('inv ' + errs[0]!.message.replace(/"[^"]*"/g, '"x"').slice(0, 70)); continue; }
      add('documents');
      for (let g = 0; g < 10; g++) {
        const grants = makeGrants(dice, roots, guarded.permissions);
        const sc = { guarded, data, document, grants, effect: dice.chance(0.05) ? 'reject' as const : 'filter' as const };
        const t0 = performance.now();
        const e = await engineAnswer(engine, sc, root);
        const t1 = performance.now();
        const r = referenceAnswer(reference, sc, parsed, root);
        const t2 = performance.now(); tally['ms engine'] = (tally['ms engine'] ?? 0) + t1 - t0; tally['ms ref'] = (tally['ms ref'] ?? 0) + t2 - t1;
        add('triples');
        const diff = differences(e.answer, r.answer);
        if (e.answer.refused) add('refused'); else if (e.answer.denied.length === 0 && e.answer.data) add('no denials'); else add('some');
        if (diff.length > 0) {
          add('DIFF ' + diff.join('+'));
          const kind = diff.join('+');
          if ((tally['DIFF ' + kind] ?? 0) <= Number(process.env['PER'] ?? 1) && shown++ < Number(process.env['SHOW'] ?? 4)) {
            const small = await shrink(sc, async (one) => (await compare(createAmbit as unknown as MakeEngine, one))?.differences.join('+') === kind, 15000);
            const c = await compare(createAmbit as unknown as MakeEngine, small);
            console.log('SEED', seed, kind, '\n' + caseFile('x', small, c!.reference), 'E', JSON.stringify(c!.engine), '\nR', JSON.stringify(c!.reference));
          }
        }
      }
    }
  }
  console.log(tally, Math.round((tally['triples'] ?? 0) / (Date.now() - start) * 1000), 'per second');
}, 100000);

import { stringify } from 'yaml';
import type { Answer, Scenario } from './scenario.ts';

/** A scenario as a case file, ready to be put into `spec/cases`: what has to come out is what the reference says. */
export function caseFile(
  id: string,
  { guarded, data, document, grants, effect }: Scenario,
  expected: Answer,
): string {
  const { sdl, rules, boundaries, permissions, coverage, places, granularOnly } = guarded;
  const hasRules = Object.keys(rules.rules).length > 0 || rules.rest !== undefined;
  return stringify(
    {
      title: 'Found by comparing the engine with the reference',
      schema: sdl,
      ...(hasRules ? { rules } : {}),
      boundaries,
      ...(permissions ? { permissions } : {}),
      ...(coverage ? { coverage } : {}),
      ...(granularOnly ? { granularOnly } : {}),
      data,
      cases: [
        {
          id,
          title: 'The engine answers as the reference does',
          cites: ['M1'],
          ...(effect === 'reject' ? { effect } : {}),
          grants,
          ...(places ? { facts: { places } } : {}),
          operation: document.text,
          ...(document.operationName ? { operationName: document.operationName } : {}),
          ...(Object.keys(document.variables).length > 0 ? { variables: document.variables } : {}),
          expect: {},
          response: {
            data: expected.data,
            ...(expected.denied.length > 0
              ? { errors: expected.denied.map((path) => `${path}:UNAUTHORIZED_FIELD_OR_TYPE`) }
              : {}),
          },
        },
      ],
    },
    { lineWidth: 120 },
  );
}

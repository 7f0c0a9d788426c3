import { parse, print, stripIgnoredCharacters } from 'graphql';
import type { Decided } from '../decided.ts';
import { AmbitError } from '../errors.ts';
import { needsText } from '../explain.ts';
import { needKey } from '../rules/requirement.ts';
import type { Need } from '../types.ts';
import type { Case, CaseResult } from './case.ts';

/** Decides a case and compares. An operation that cannot be decided is a difference, whatever was expected. */
export async function runCase(one: Case): Promise<CaseResult> {
  const differences = differencesOf(one);
  return { id: one.id, passed: differences.length === 0, differences };
}

function differencesOf(one: Case): string[] {
  const { engine, operation: document, operationName, variables, grants, effect, facts, expect } = one;
  try {
    const { needs } = expect;
    const differences = decisionDifferences(
      one,
      engine.decide({ document, operationName, variables, grants, facts, ...(effect ? { effect } : {}) }),
    );
    if (needs)
      differences.push(
        ...needsDifferences(needs, engine.needs({ document, operationName, variables }).needs),
      );
    return differences;
  } catch (error) {
    if (!(error instanceof AmbitError)) throw error;
    return [`the operation cannot be decided: ${error.message}`];
  }
}

function decisionDifferences({ expect }: Case, decided: Decided): string[] {
  const differences: string[] = [];
  if (expect.outcome !== undefined && expect.outcome !== decided.outcome) {
    differences.push(`outcome: expected \`${expect.outcome}\`, got \`${decided.outcome}\``);
  }
  if (expect.operation !== undefined)
    differences.push(...operationDifferences(expect.operation, decided.operation));
  if (expect.denied)
    differences.push(...setDifferences('denied', expect.denied, decided.denied.map(pathText)));
  if (expect.deferred)
    differences.push(...setDifferences('deferred', expect.deferred, decided.deferred.map(pathText)));
  return differences;
}

function operationDifferences(expected: string | null, got: string | null): string[] {
  const wanted = expected === null ? 'nothing' : canonical(expected);
  const found = got === null ? 'nothing' : canonical(got);
  return wanted === found ? [] : [`operation: expected ${wanted}, got ${found}`];
}

/** The syntax tree on one line: neither layout nor comments nor commas count. */
function canonical(operation: string): string {
  return stripIgnoredCharacters(print(parse(operation, { noLocation: true })));
}

function setDifferences(what: string, expected: readonly string[], got: readonly string[]): string[] {
  const name = (path: string): string => (path === '' ? 'the operation as a whole' : `\`${path}\``);
  return [
    ...expected
      .filter((path) => !got.includes(path))
      .map((path) => `${what}: ${name(path)} was expected and is not ${what}`),
    ...[...new Set(got)]
      .filter((path) => !expected.includes(path))
      .map((path) => `${what}: ${name(path)} is ${what} and was not expected`),
  ];
}

function needsDifferences(
  expected: readonly (readonly Need[])[],
  got: readonly (readonly Need[])[],
): string[] {
  const keyOf = (needs: readonly Need[]): string => JSON.stringify([...new Set(needs.map(needKey))].sort());
  const wanted = new Map(expected.map((needs) => [keyOf(needs), needs]));
  const found = new Map(got.map((needs) => [keyOf(needs), needs]));
  return [
    ...[...wanted]
      .filter(([key]) => !found.has(key))
      .map(([, needs]) => `needs: ${needsText(needs)} was expected and would not do`),
    ...[...found]
      .filter(([key]) => !wanted.has(key))
      .map(([, needs]) => `needs: ${needsText(needs)} would do and was not expected`),
  ];
}

function pathText({ path }: { readonly path: readonly string[] }): string {
  return path.join('.');
}

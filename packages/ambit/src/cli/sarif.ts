import { FINDING_CODES } from '../check/codes.ts';
import type { Finding } from '../check.ts';
import type { CheckReport } from './checklists.ts';
import { fileUri } from './files.ts';

/** SARIF 2.1.0, as code scanning reads it. `fallback` is the file of what has no place of its own. */
export function sarif({ findings }: CheckReport, fallback: string | undefined): object {
  const ids = [...new Set(findings.map(({ code }) => code))];
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'ambit check', rules: ids.map(ruleOf) } },
        columnKind: 'utf16CodeUnits',
        results: findings.map((finding) => resultOf(finding, ids, fallback)),
      },
    ],
  };
}

function ruleOf(id: string): object {
  return { id, shortDescription: { text: FINDING_CODES[id] ?? id } };
}

function resultOf(finding: Finding, ids: readonly string[], fallback: string | undefined): object {
  const { code, severity, coordinate, message, fix } = finding;
  return {
    ruleId: code,
    ruleIndex: ids.indexOf(code),
    level: severity,
    message: { text: `${message}\n${fix}` },
    locations: [locationOf(finding, fallback)],
    partialFingerprints: { 'ambitFinding/v1': `${code} ${coordinate}` },
  };
}

/** A coordinate has no place in a file where the schema is an answer of an API. */
function locationOf({ file = undefined, line, coordinate }: Finding, fallback: string | undefined): object {
  const place = file ?? fallback;
  return {
    ...(place === undefined
      ? {}
      : {
          physicalLocation: {
            artifactLocation: { uri: fileUri(place) },
            region: { startLine: file === undefined ? 1 : (line ?? 1) },
          },
        }),
    ...(coordinate === '' ? {} : { logicalLocations: [{ fullyQualifiedName: coordinate }] }),
  };
}

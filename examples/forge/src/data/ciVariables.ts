import { canary } from './canary.ts';
import type { ForgeData } from './ForgeData.ts';
import { variableKeys } from './phrases.ts';

/** Gives each project its CI variables, all of them secret. */
export function addCiVariables(data: ForgeData): void {
  for (const project of data.projects.all()) {
    for (const key of variableKeys) {
      data.ciVariables.insert((id) => ({
        kind: 'CiVariable',
        id,
        projectId: project.id,
        key,
        value: canary('ci_variable', id, project.fullPath),
        masked: true,
        protected: key === 'SIGNING_KEY',
      }));
    }
  }
}

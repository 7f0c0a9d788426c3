import { fileURLToPath } from 'node:url';
import { createForge } from '@ambit/example-forge';
import { type Ambit, createAmbit, type Sources } from 'ambit';
import { loadPermissions, loadRules } from 'ambit/load';
import type { Question, World } from 'ambit/testing';
import { execute, type GraphQLSchema, parse, subscribe } from 'graphql';

const home = (path: string): string =>
  fileURLToPath(new URL(`../../examples/forge/${path}`, import.meta.url));
const rules = await loadRules(home('rules.yml'));
const permissions = await loadPermissions(home('catalog'));

/** An engine with Forge's own rules and catalogue. */
export function forgeEngine(schema: GraphQLSchema, sources: Sources = {}): Ambit {
  return createAmbit({ schema, rules, permissions, ...sources });
}

/** A Forge of its own behind Ambit, asked on somebody's behalf; with what it answers without Ambit. */
export function openForge(subject: string, sources: Sources = {}): World {
  const { schema, data } = createForge();
  const ambit = forgeEngine(schema, sources);
  const contextValue = { subject };
  return {
    execute: (asked) => ambit.execute({ ...asked, contextValue }),
    unprotected: (question) => unprotected(schema, question, contextValue),
    state: () => data.tables().map((table) => table.all()),
    stir: () =>
      unprotected(
        schema,
        {
          document:
            'mutation { createNote(input: { projectPath: "acme/web", issueIid: 1, body: "Stirred" }) { noteId } }',
        },
        contextValue,
      ),
  };
}

function unprotected(schema: GraphQLSchema, question: Question, contextValue: unknown): unknown {
  const document = typeof question.document === 'string' ? parse(question.document) : question.document;
  const args = { schema, document, variableValues: question.variables, contextValue };
  const isSubscription = document.definitions.some(
    (one) => one.kind === 'OperationDefinition' && one.operation === 'subscription',
  );
  return isSubscription ? subscribe(args) : execute(args);
}

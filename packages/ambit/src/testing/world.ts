import type { DocumentNode } from 'graphql';
import type { Ambit } from '../engine.ts';
import type { Grants } from '../types.ts';
import { type Answer, answerFrom } from './answer.ts';

/** What is asked of an API: an operation, and what the token that carries it holds. */
export interface Asked {
  readonly document: string | DocumentNode;
  readonly operationName?: string | undefined;
  readonly variables?: Readonly<Record<string, unknown>> | undefined;
  readonly grants: Grants;
  readonly contextValue?: unknown;
}

/**
 * One API with its protection, as new. It is opened for each token anew, so that none finds what another has changed.
 * An engine in process, or a server over HTTP to which `execute` goes with a token that holds these grants.
 */
export interface World {
  /** Executes an operation; answers what GraphQL answers, or for a subscription a stream of it. */
  readonly execute: (asked: Asked) => unknown;
  /** The same without any protection. Left out, the answers to a coarse token (`api`) are compared with instead. */
  readonly unprotected?: ((asked: Omit<Asked, 'grants'>) => unknown) | undefined;
  /** All that the API keeps, as a value of which JSON can be made: what must be the same after a refusal. */
  readonly state?: (() => unknown) | undefined;
  /** Makes the API send an event; called when a subscription was started. */
  readonly stir?: (() => unknown) | undefined;
  readonly close?: (() => unknown) | undefined;
  /** The engine that protects it, where it is at hand: it tells what its rules ask for, and what can be granted. */
  readonly ambit?: Ambit | undefined;
}

/** Opens a world of its own, with the same in it each time. */
export type OpenWorld = () => World | Promise<World>;

/** An operation to try with tokens of different sorts. */
export type Question = Omit<Asked, 'grants'>;

/** What a coarse token holds. */
export const COARSE: Grants = { scopes: ['api'] };

/** What one token was answered, and what was kept before and after. */
export interface Tried {
  readonly answer: Answer;
  /** As JSON; undefined where the world tells nothing of what it keeps. */
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/** Asks a question of a world of its own. */
export async function tried(open: OpenWorld, question: Question, grants: Grants): Promise<Tried> {
  return inWorld(open, async (world) => {
    const before = await kept(world);
    const answer = await answerFrom(() => world.execute({ ...question, grants }), world.stir);
    return { answer, before, after: await kept(world) };
  });
}

/** What the API answers by itself: unprotected where the world can do that, else to a coarse token. */
export async function reference(
  open: OpenWorld,
  question: Question,
  subject: string | undefined,
): Promise<Answer> {
  return inWorld(open, ({ execute, unprotected, stir }) => {
    const grants = withSubject(COARSE, subject);
    return answerFrom(() => (unprotected ? unprotected(question) : execute({ ...question, grants })), stir);
  });
}

/** The engine of a world, if it carries one. */
export async function engineOf(open: OpenWorld): Promise<Ambit | undefined> {
  return inWorld(open, async ({ ambit }) => ambit);
}

/** The grants on behalf of somebody. */
export function withSubject(grants: Grants, subject: string | undefined): Grants {
  return subject === undefined ? grants : { ...grants, subject };
}

async function kept({ state }: World): Promise<string | undefined> {
  return state && (JSON.stringify(await state()) ?? 'undefined');
}

async function inWorld<T>(open: OpenWorld, use: (world: World) => Promise<T>): Promise<T> {
  const world = await open();
  try {
    return await use(world);
  } finally {
    await world.close?.();
  }
}

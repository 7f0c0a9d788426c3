import Fastify from 'fastify';
import mercurius from 'mercurius';
import mercuriusAuth from 'mercurius-auth';
import { createResolvers } from '../../ops/world.mjs';
import { markedText, meets } from './marked.mjs';

/** mercurius with mercurius-auth, in process. */
export const mercuriusAuthRow = {
  name: 'mercurius-auth',
  title: 'mercurius-auth',
  create: (data) => createApp(data, { isGuarded: true }),
};

/** The same two with mercurius's compiled executor, for the rows on one. */
export const compiledMercurius = (data, isGuarded) => createApp(data, { isGuarded, jit: 1 });

async function createApp(data, { isGuarded, jit = 0 }) {
  const app = Fastify();
  await app.register(mercurius, { schema: markedText, resolvers: createResolvers(data), jit, routes: false });
  if (isGuarded) await app.register(mercuriusAuth, { authDirective: 'auth', authContext, applyPolicy });
  await app.ready();
  return {
    run: ({ text, variables, token }) => app.graphql(text, { token }, variables),
    close: () => app.close(),
  };
}

const authContext = ({ token }) => ({ token });

function applyPolicy(directive, source, _args, { auth }) {
  const asked = Object.fromEntries(directive.arguments.map(({ name, value }) => [name.value, value.value]));
  return meets(auth.token, asked, source);
}

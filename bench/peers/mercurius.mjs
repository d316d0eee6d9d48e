// Mercurius on Fastify, with its loaders, and with documents compiled at their second execution.

import fastify from 'fastify';
import mercurius from 'mercurius';
import { port, typeDefs } from './environment.mjs';
import { getJson } from './request.mjs';
import { resolvers } from './resolvers.mjs';
import { readsBy } from './wire.mjs';

const { Contact, ...others } = resolvers;
const { events, devices, accountings, ...plain } = Contact;

/** Converts a resolver to a loader, which Mercurius calls with all contacts of a tick. */
const loader = (resolve) => (queries, context) =>
  Promise.all(queries.map(({ obj, params }) => resolve(obj, params, context)));

const app = fastify();
await app.register(mercurius, {
  schema: typeDefs,
  resolvers: { ...others, Contact: plain },
  loaders: {
    Contact: {
      events: loader(events),
      devices: loader(devices),
      accountings: loader(accountings),
    },
  },
  context: ({ headers }) => ({ reads: readsBy((path) => getJson(path, headers.authorization)) }),
  jit: 1,
});
await app.listen({ port, host: '127.0.0.1' });

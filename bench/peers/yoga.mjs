// graphql-yoga with a DataLoader per resource and undici.

import { createServer } from 'node:http';
import DataLoader from 'dataloader';
import { createSchema, createYoga } from 'graphql-yoga';
import { port, typeDefs } from './environment.mjs';
import { getJson } from './request.mjs';
import { resolvers } from './resolvers.mjs';
import { readsBy } from './wire.mjs';

const yoga = createYoga({
  schema: createSchema({ typeDefs, resolvers }),
  logging: false,
  graphiql: false,
  landingPage: false,
  context: ({ request }) => ({ reads: loadersBy(request.headers.get('authorization')) }),
});
createServer(yoga).listen(port, '127.0.0.1');

function loadersBy(authorization) {
  const reads = readsBy((path) => getJson(path, authorization));
  const loader = (read) => {
    const loads = new DataLoader((cids) => Promise.all(cids.map(read)));
    return (cid) => loads.load(cid);
  };
  return {
    contact: loader(reads.contact),
    events: loader(reads.events),
    devices: loader(reads.devices),
    accountings: loader(reads.accountings),
    contacts: reads.contacts,
  };
}

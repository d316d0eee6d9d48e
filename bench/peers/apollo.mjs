// Apollo Server with a RESTDataSource per operation, which deduplicates requests for the same path.

import { RESTDataSource } from '@apollo/datasource-rest';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { port, typeDefs, upstreamUrl } from './environment.mjs';
import { resolvers } from './resolvers.mjs';
import { readsBy } from './wire.mjs';

class ContactsApi extends RESTDataSource {
  baseURL = upstreamUrl;
  reads = readsBy((path) => this.get(path));
  #authorization;

  constructor(authorization, options) {
    super(options);
    this.#authorization = authorization;
  }

  willSendRequest(_path, { headers }) {
    headers.authorization = this.#authorization;
  }
}

const server = new ApolloServer({
  typeDefs,
  resolvers,
  introspection: false,
  includeStacktraceInErrorResponses: false,
});
const { cache } = server;
await startStandaloneServer(server, {
  listen: { port, host: '127.0.0.1' },
  context: async ({ req }) => ({ reads: new ContactsApi(req.headers.authorization, { cache, fetch }).reads }),
});

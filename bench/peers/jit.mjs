// The lower bound for GraphQL: graphql-jit on node:http without guards. It compiles each document once, and starts all
// calls of a contact at once, as Contactgraph does.

import { buildSchema, parse, validate, visit } from 'graphql';
import { compileQuery } from 'graphql-jit';
import { path } from '../../src/upstream/wire/index.ts';
import { getterFor } from './dispatch.mjs';
import { typeDefs } from './environment.mjs';
import { resolvers } from './resolvers.mjs';
import { serve } from './serve.mjs';
import { readsBy } from './wire.mjs';

const schema = buildSchema(typeDefs);
for (const [type, fields] of Object.entries(resolvers)) {
  for (const [name, resolve] of Object.entries(fields)) schema.getType(type).getFields()[name].resolve = resolve;
}
schema.getQueryType().getFields().contact.resolve = (_root, { by }, { get, reads, children }) => {
  const contact = reads.contact(by.cid);
  for (const child of children) get(path[child](by.cid)).catch(() => undefined); // The resolver of the child handles the error.
  return contact;
};

const compiled = new Map();

serve(async ({ query, operationName, variables }, authorization) => {
  const { run, children } = compiled.get(query) ?? compile(query, operationName);
  const get = getterFor(authorization);
  return JSON.stringify(await run({}, { get, reads: readsBy(get), children }, variables));
});

function compile(query, operationName) {
  const document = parse(query);
  const problems = validate(schema, document);
  if (problems.length > 0) throw problems[0];
  const children = new Set();
  visit(document, {
    Field({ name }) {
      if (['events', 'devices', 'accountings'].includes(name.value)) children.add(name.value);
    },
  });
  const compiledDocument = { run: compileQuery(schema, document, operationName).query, children };
  compiled.set(query, compiledDocument);
  return compiledDocument;
}

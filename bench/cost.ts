// Measures the CPU of estimating the cost of an operation in upstream calls: node bench/cost.ts

import process from 'node:process';
import { parse, validateExecutionArgs } from 'graphql';
import { estimateCost } from '../src/cost/estimate-cost.ts';
import { Secret } from '../src/crypto/secret.ts';
import { schema } from '../src/schema/index.ts';

const ids = Array.from({ length: 100 }, (_, index) => btoa(`Contact:${index}`));
const branches = 'events(first: 10) { totalCount } devices(first: 5) { totalCount } accountings { totalCount }';
const contact = `query ($cid: ID!) { contact(by: {cid: $cid}) { firstName ${branches} } }`;
const page = 'query ($first: Int) { contacts(first: $first) { nodes { firstName } } }';
const nodes = `query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Contact { ${branches} } } }`;

const token = new Secret('');
const credential = { id: '', bearer: () => token, onRejected: async () => token };
const caller = { organizationId: 'o', subject: 's', scopes: ['customer_read' as const], credential };

for (const [name, query, variableValues, runs] of [
  ['a contact with three branches', contact, { cid: 'a' }, 50_000],
  ['a page of 1,000 contacts', page, { first: 1_000 }, 50_000],
  ['100 ids with three branches', nodes, { ids }, 2_000],
] as const) {
  const args = validateExecutionArgs({ schema, document: parse(query), variableValues });
  if (!('schema' in args)) throw new Error('An operation that is not valid.');
  const rounds = Array.from({ length: 5 }, () => {
    const before = process.cpuUsage();
    for (let run = 0; run < runs; run += 1) estimateCost(args, { caller, maxPageSize: 1_000 });
    const { user, system } = process.cpuUsage(before);
    return (user + system) / runs;
  });
  const { calls } = estimateCost(args, { caller, maxPageSize: 1_000 });
  process.stdout.write(`${name}: ${calls} calls, ${Math.min(...rounds).toFixed(1)} µs of CPU\n`);
}

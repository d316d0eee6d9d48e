import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { demo, publicApp } from '../../emulator/demo.ts';
import {
  ada,
  ask,
  emulator,
  executions,
  gateway,
  latencyMs,
  lines,
  logged,
  logIn,
  type More,
  routes,
  serve,
  server,
} from './support/deduplicating-gateway.ts';

test('identical pending queries are executed once, and each gets the same body with its own request id', async () => {
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, n) => ask(ada, { headers: { 'x-request-id': `r${n}` } })),
  );
  expect(new Set(answers)).toEqual(new Set([answers[0]]));
  expect(JSON.parse(answers[0] ?? '').data.contact.firstName).toBe('Ada');
  expect(routes().sort()).toEqual(['contact', 'devices']);
  expect(lines()).toHaveLength(20);
  expect(new Set(lines().map(({ requestId }) => requestId)).size).toBe(20);
  expect(
    lines().filter(({ answeredWith, upstreamCalls }) => answeredWith === undefined && upstreamCalls === 2),
  ).toHaveLength(1);
});

test('a query that arrives after the response of an identical one is executed again', async () => {
  await ask(ada);
  await ask(ada);
  expect(routes().sort()).toEqual(['contact', 'contact', 'devices', 'devices']);
});

test.each<[string, [string, More], [string, More]]>([
  ['a query with other white space', [ada, {}], [ada.replace(' {', '  {'), {}]],
  ['a query with another Cache-Control header', [ada, {}], [ada, { headers: { 'cache-control': 'no-cache' } }]],
  ['a query for another media type', [ada, {}], [ada, { headers: { accept: 'application/graphql-response+json' } }]],
])('%s is executed by itself', async (_, [one, more], [other, otherMore]) => {
  await Promise.all([ask(one, more), ask(other, otherMore)]);
  expect(executions()).toBe(2);
});

test('an identical query with another token is executed by itself, with upstream calls of its own', async () => {
  const other = await logIn(publicApp);
  emulator.control.clearLog();
  const [mine, theirs] = await Promise.all([ask(ada), ask(ada, { by: other })]);
  expect(theirs).toBe(mine);
  expect(executions()).toBe(2);
  expect(routes().sort()).toEqual(['contact', 'contact', 'devices', 'devices']);
});

test.each([
  ['a list', '{ contacts(first: 2) { nodes { cid } } }', 'contacts'],
  [
    'a list in a fragment',
    'query { ...A } fragment A on Query { list: contacts(first: 2) { nodes { cid } } }',
    'contacts',
  ],
  [
    'a mutation',
    `mutation { issueContactToken(input: {id: "${Buffer.from(`Contact:${demo.contactId}`).toString('base64')}", expiresIn: 60, hits: 1}) { token } }`,
    'issueToken',
  ],
])('%s is executed for each request, also when its document is cached', async (_, query, route) => {
  await ask(query);
  emulator.control.clearLog();
  const answers = await Promise.all([ask(query), ask(query)]);
  expect(answers.join('')).not.toContain('"errors"');
  expect(routes()).toEqual([route, route]);
});

test('a shared execution continues when one of its clients leaves', async () => {
  const leaving = new AbortController();
  const lost = ask(ada, { signal: leaving.signal });
  await expect.poll(() => emulator.control.loggedInFlight()).toBe(2);
  const staying = ask(ada);
  await sleep(latencyMs / 4); // A joining request makes no upstream call that the test could wait for.
  leaving.abort();
  await expect(lost).rejects.toThrow();
  expect(JSON.parse(await staying).data.contact.firstName).toBe('Ada');
  expect(emulator.control.abortedByClient()).toBe(0);
  expect(routes()).toHaveLength(2);
});

test('a shared execution is aborted when its last client leaves', async () => {
  const leaving = new AbortController();
  const lost = [ask(ada, { signal: leaving.signal }), ask(ada, { signal: leaving.signal })];
  await expect.poll(() => emulator.control.loggedInFlight()).toBe(2);
  await sleep(latencyMs / 4);
  leaving.abort();
  await Promise.allSettled(lost);
  await expect.poll(() => emulator.control.abortedByClient()).toBe(2);
});

test('a shared execution that fails is answered with the same error to every request', async () => {
  emulator.control.fault({ path: demo.contactId, kind: 'status', status: 404, times: 10 });
  const answers = await Promise.all([ask(ada), ask(ada), ask(ada)]);
  expect(answers.map((answer) => JSON.parse(answer).data)).toEqual(Array(3).fill({ contact: null }));
  expect(executions()).toBe(1);
});

test.each([
  [{ SWITCHED_OFF: 'coalescer' }, 4],
  [{ ACCELERATORS: 'fast-path,planned-execution' }, 2],
  [{ ACCELERATORS: 'none' }, 2],
])('with %j identical queries are executed one by one, with %i upstream calls', async (env, calls) => {
  await server.stop(0);
  await gateway.close();
  await serve(env);
  await Promise.all([ask(ada), ask(ada)]);
  expect(executions()).toBe(2);
  expect(routes()).toHaveLength(calls);
});

test('the first requests of a document are executed one by one, and later ones share an execution', async () => {
  const fresh = ada.replace('firstName', 'lastName');
  await Promise.all([ask(fresh), ask(fresh)]);
  expect(executions()).toBe(2);
  await Promise.all([ask(fresh), ask(fresh)]);
  expect(executions()).toBe(3);
});

test('a query whose comments and aliases only mention mutations and lists is shared', async () => {
  const query = `# mutation, subscription, contacts\n${ada.replace('firstName', 'contacts: firstName')}`;
  await ask(query);
  logged.length = 0;
  await Promise.all([ask(query), ask(query)]);
  expect(executions()).toBe(1);
});

test('a query that arrives after a mutation does not share an execution that began before it', async () => {
  const before = ask(ada);
  await expect.poll(() => emulator.control.loggedInFlight()).toBe(2);
  await ask('mutation { updateContact(input: {id: "x"}) { userErrors { code } } }');
  await Promise.all([before, ask(ada)]);
  expect(executions()).toBe(3);
});

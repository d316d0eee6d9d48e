import { afterAll, beforeAll, expect, test } from 'vitest';
import { createFastPath } from '../../src/http/fast-path.ts';
import { type HttpServer, startHttpServer } from '../../src/http/server.ts';
import { globalId } from '../support/contact-queries.ts';
import { startGateway, type TestGateway } from '../support/gateway.ts';

let stack: TestGateway;
let paths: { yoga: HttpServer; fast: HttpServer };
beforeAll(async () => {
  stack = await startGateway({ emulator: { contacts: 400 } });
  paths = {
    yoga: await startHttpServer(stack.gateway.yogaPath, '127.0.0.1', 0),
    fast: await startHttpServer(createFastPath(stack.gateway), '127.0.0.1', 0),
  };
});
afterAll(async () => {
  await Promise.all([paths.yoga.stop(0), paths.fast.stop(0)]);
  await stack.close();
});

const query = `query ($filter: ContactFilter) {
  contacts(first: 7, filter: $filter) { totalCount nodes { cid locationId } pageInfo { hasNextPage } }
}`;

async function send({ url }: HttpServer, variables: object) {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-request-id': 'one' },
    body: JSON.stringify({ query, variables, extensions: { cost: true } }),
  });
  const { data, errors, extensions } = await response.json();
  const { requested, actual } = extensions.cost;
  return { status: response.status, data, errors, cost: { requested, actual } };
}

test.each([
  ['several values', () => ({ signupMethods: ['KIOSK', 'API'] }), 2],
  ['several values of two conditions', () => ({ signupMethods: ['KIOSK', 'API'], extIds: ['a', 'b'] }), 4],
  [
    'ids',
    () => ({
      ids: stack.emulator
        .contacts()
        .slice(0, 3)
        .map(({ cid }) => globalId('Contact', cid)),
    }),
    3,
  ],
  ['days', () => ({ createdFrom: '2020-01-01', createdTo: '2030-01-01' }), 1],
  ['too many values', () => ({ usernames: Array.from({ length: 21 }, String) }), undefined],
  [
    'a condition under two names',
    () => ({ acceptedPolicies: ['customs.a'], acceptedCustomPolicies: ['a'] }),
    undefined,
  ],
])('both paths answer a filter with %s alike, for the first and for later executions', async (_, filter, calls) => {
  const variables = { filter: filter() };
  const answers = [];
  for (const path of [paths.fast, paths.yoga, paths.fast, paths.fast]) answers.push(await send(path, variables));
  for (const answer of answers) expect(answer).toEqual(answers[0]);
  const [first] = answers;
  if (calls === undefined) expect(first?.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  else expect(first).toMatchObject({ errors: undefined, cost: { requested: calls, actual: calls } });
});

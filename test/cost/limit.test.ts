import { afterEach, describe, expect, test } from 'vitest';
import { startHttpServer } from '../../src/http/server.ts';
import { type Answer, startGateway, type TestGateway, toAnswer } from '../support/gateway.ts';

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** Starts a gateway whose operations may ask for ten calls, and returns it with a function that sends JSON over a socket. */
async function startLimited(env: Record<string, string> = {}) {
  const stack = await startGateway({ emulator: { contacts: 40 }, env: { MAX_UPSTREAM_CALLS: '10', ...env } });
  ends.push(() => stack.close());
  const server = await startHttpServer(stack.gateway.listener, '127.0.0.1', 0);
  ends.push(() => server.stop(0));
  async function post(body: object): Promise<Answer> {
    const headers = { 'content-type': 'application/json' };
    return toAnswer(await fetch(`${server.url}/graphql`, { method: 'POST', headers, body: JSON.stringify(body) }));
  }
  return { stack, post };
}

const calls = ({ emulator }: TestGateway) => emulator.control.calls().length;

const page =
  'query Page($first: Int!) { list: contacts(first: $first) { nodes { cid secretAlias: devices { totalCount } } } }';

describe.each([
  ['the fast path', {}],
  ["Yoga's path", { ACCELERATORS: 'none' }],
])('on %s', (_path, env) => {
  test('an operation that asks for more calls than allowed is refused with all numbers, and makes no call', async () => {
    const { stack, post } = await startLimited(env);
    expect((await post({ query: page, variables: { first: 9 } })).errors).toEqual([]);
    stack.emulator.control.clearLog();
    const { status, data, errors, text } = await post({ query: page, variables: { first: 10 } });
    expect({ status, data }).toEqual({ status: 400, data: null });
    expect(errors).toMatchObject([
      {
        message: expect.stringMatching(
          /^This asks for up to 11 upstream calls, and 10 are allowed\. Contact\.devices .* 10 in one place\./,
        ),
        extensions: {
          code: 'QUERY_TOO_EXPENSIVE',
          requested: 11,
          allowed: 10,
          field: ['list', 'nodes', 'secretAlias'],
        },
      },
    ]);
    expect(JSON.parse(text).errors[0].message).not.toContain('secretAlias');
    expect(calls(stack)).toBe(0);
  });

  test('the thousandth execution of a document is counted with its own variables', async () => {
    const { stack, post } = await startLimited(env);
    for (let turn = 0; turn < 999; turn += 1) await post({ query: page, variables: { first: 0 } });
    stack.emulator.control.clearLog();
    const { errors } = await post({ query: page, variables: { first: 40 } });
    expect(errors).toMatchObject([{ extensions: { code: 'QUERY_TOO_EXPENSIVE', requested: 41 } }]);
    expect(calls(stack)).toBe(0);
  });

  test('the cost of an operation is in its answer where the request asks for it, in production too', async () => {
    const { post } = await startLimited({ ...env, NODE_ENV: 'production', DRAIN_DELAY_MS: '0', WARM_UP: 'false' });
    const budget = { remaining: expect.any(Number), resetAt: expect.any(String) };
    const asked = await post({ query: page, variables: { first: 2 }, extensions: { cost: true } });
    expect(JSON.parse(asked.text).extensions).toEqual({ cost: { requested: 3, actual: 3, ...budget } });
    const refused = await post({ query: page, variables: { first: 20 }, extensions: { cost: true } });
    expect(JSON.parse(refused.text).extensions).toEqual({ cost: { requested: 21, actual: 0, ...budget } });
    const notAsked = await post({ query: page, variables: { first: 2 } });
    expect(JSON.parse(notAsked.text)).not.toHaveProperty('extensions');
  });
});

test('an operation may ask for 500 calls by default, and a page of 1,000 contacts with a branch is refused', async () => {
  const stack = await startGateway({ emulator: { contacts: 40 } });
  ends.push(() => stack.close());
  const { errors } = await stack.query(page, { first: 1_000 });
  expect(errors).toMatchObject([{ extensions: { requested: 1_001, allowed: 500 } }]);
  expect((await stack.query(page, { first: 499 })).errors).toEqual([]);
});

test('the log line of an operation has the upstream calls that it asked for, and those that it made', async () => {
  const { stack } = await startLimited();
  await stack.query('{ contacts(first: 2) { nodes { id devices { totalCount } } } }');
  const lines = stack.logged.map((text) => JSON.parse(text)).filter(({ msg }) => msg === 'operation');
  expect(lines).toMatchObject([{ upstreamCalls: 3, requestedCalls: 3, actualCalls: 3 }]);
});

test('a retry is an upstream call, and counts neither as requested nor as made', async () => {
  const { stack } = await startLimited({ SWITCHED_OFF: 'cache' });
  stack.emulator.control.fault({ path: '/devices', kind: 'status', status: 503, times: 1 });
  await stack.query('{ contacts(first: 1) { nodes { id devices { totalCount } } } }');
  const lines = stack.logged.map((text) => JSON.parse(text)).filter(({ msg }) => msg === 'operation');
  expect(lines).toMatchObject([{ upstreamCalls: 3, requestedCalls: 2, actualCalls: 2 }]);
});

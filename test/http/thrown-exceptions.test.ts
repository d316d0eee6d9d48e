/**
 * Exceptions in every hook that a plugin can have, and in what the gateway itself calls: the client gets an error of the
 * graph's shape without the message or the stack, the log has the error, and the next request is served. Both paths.
 */
import { request as httpRequest } from 'node:http';
import type { Plugin } from 'graphql-yoga';
import { afterEach, describe, expect, test } from 'vitest';
import { startHttpServer } from '../../src/http/server.ts';
import { startGateway } from '../support/gateway.ts';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function start(plugin: object, accelerators: string) {
  const env = { ACCELERATORS: accelerators };
  const stack = await startGateway({ emulator: { contacts: 10 }, env, plugins: [plugin as Plugin] });
  const server = await startHttpServer(stack.gateway.listener, '127.0.0.1', 0);
  closers.push(
    () => server.stop(0),
    () => stack.close(),
  );
  return { url: server.url, logged: stack.logged, gateway: stack.gateway, emulator: stack.emulator };
}

const post = (url: string, init: RequestInit = {}) =>
  fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: '{ viewer { scopes } }' }),
    ...init,
  });

const leaks = /canary|\bat [\w.<]+ ?\(|\.(?:ts|js)\b|node_modules|TypeError/;

/** Everything that JavaScript can throw and that has looked different to an error handler. */
const thrown: readonly [string, () => unknown][] = [
  ['an error', () => new Error('canary')],
  [
    'an error with a status and headers',
    () => Object.assign(new Error('canary'), { status: 418, headers: { x: 'canary' } }),
  ],
  ['an error with details', () => Object.assign(new Error('canary'), { name: 'HTTPError', details: { canary: 1 } })],
  ['an AbortError', () => new DOMException('canary', 'AbortError')],
  ['a text', () => 'canary'],
  ['nothing', () => undefined],
  ['null', () => null],
  ['an error without a stack', () => Object.assign(new Error('canary'), { stack: undefined })],
  [
    'an object that cannot be read',
    () =>
      new Proxy(
        {},
        {
          get: () => {
            throw new Error('canary');
          },
        },
      ),
  ],
];

const fail = (error: () => unknown) => () => {
  throw error();
};
const failLater = (error: () => unknown) => async () => {
  await new Promise(setImmediate);
  throw error();
};

const hooks = [
  ...['onRequest', 'onResponse', 'onRequestParse', 'onParams', 'onExecutionResult', 'onResultProcess'],
  ...['onEnveloped', 'onParse', 'onValidate', 'onContextBuilding', 'onExecute'],
] as const;
/** Hooks that Yoga also awaits. */
const asyncHooks = new Set<string>(hooks.filter((hook) => !['onEnveloped', 'onParse', 'onValidate'].includes(hook)));
const hooksOfBothPaths = hooks.filter(
  (hook) => !['onRequest', 'onResponse', 'onRequestParse', 'onResultProcess'].includes(hook),
);

describe.each([
  ['none', hooks],
  ['all', hooksOfBothPaths],
] as const)('with ACCELERATORS=%s', (accelerators, testedHooks) => {
  test.each(testedHooks)('an exception in %s is answered without its text, and is logged', async (hook) => {
    for (const [name, error] of thrown) {
      for (const throws of asyncHooks.has(hook) ? [fail(error), failLater(error)] : [fail(error)]) {
        const { url, logged } = await start({ [hook]: throws }, accelerators);
        const response = await post(url);
        const text = await response.text();
        expect([response.status, text], name).toEqual([500, expect.stringContaining('INTERNAL')]);
        expect(JSON.parse(text).errors[0].message).toBe('Something went wrong inside the gateway.');
        expect(text + [...response.headers].join()).not.toMatch(leaks);
        expect(response.headers.get('x-request-id')).toMatch(/^[\w-]{36}$/);
        expect(logged.join('')).toContain('internal error');
        expect(logged.join('')).not.toContain('canary');
        expect((await fetch(`${url}/livez`)).status).toBe(200);
        for (const close of closers.splice(0)) await close();
      }
    }
  });

  test('an exception while a context is extended is answered without its text', async () => {
    const extension = Object.defineProperty({}, 'canary', { enumerable: true, get: fail(() => new Error('canary')) });
    const plugin: Plugin = { onContextBuilding: ({ extendContext }) => extendContext(extension) };
    const { url } = await start(plugin, accelerators);
    const text = await (await post(url)).text();
    expect(text).not.toMatch(leaks);
  });

  test('identical requests that share a failed execution all get an answer', async () => {
    const { url } = await start({ onExecute: failLater(() => new Error('canary')) }, accelerators);
    const answers = await Promise.all(Array.from({ length: 5 }, async () => (await post(url)).text()));
    for (const answer of answers) expect(JSON.parse(answer).errors[0].extensions.code).toBe('INTERNAL');
  });
});

test.each(['finish', 'authenticateRequest'] as const)(
  'an exception in %s of the gateway itself is answered with a 500 on the fast path, also to requests that share it',
  async (name) => {
    const { gateway, url, logged } = await start({}, 'all');
    expect((await post(url)).status).toBe(200); // the document is cached, so that identical requests share an execution
    Object.assign(gateway, {
      [name]: fail(() => new Error('canary')),
      ...(name === 'finish' ? {} : { finish: fail(() => new Error('canary')) }),
    });
    const answers = await Promise.all(Array.from({ length: 5 }, () => post(url)));
    for (const answer of answers) {
      expect([answer.status, await answer.text()]).toEqual([500, expect.stringContaining('INTERNAL')]);
    }
    expect(logged.join('')).toContain('internal error');
    expect(logged.join('')).not.toContain('canary');
  },
);

test('a response whose headers cannot be written is answered with a 500', async () => {
  const plugin: Plugin = {
    onResponse: ({ response, setResponse }) =>
      setResponse(Object.assign(response, { headers: new Map([['x-invalid', 'a\r\nb']]) as unknown as Headers })),
  };
  const { url, logged } = await start(plugin, 'none');
  const response = await post(url);
  expect([response.status, await response.text()]).toEqual([500, expect.stringContaining('INTERNAL')]);
  expect(logged.join('')).toContain('internal error');
});

test('a readiness check that throws is answered with a 500 without its text', async () => {
  const stack = await startGateway({
    emulator: { contacts: 10 },
    isReady: fail(() => new Error('canary')) as () => boolean,
  });
  const server = await startHttpServer(stack.gateway.listener, '127.0.0.1', 0);
  closers.push(
    () => server.stop(0),
    () => stack.close(),
  );
  const response = await fetch(`${server.url}/readyz`);
  expect(response.status).toBe(500);
  expect(await response.text()).not.toMatch(leaks);
});

test.each(['all', 'none'])('with ACCELERATORS=%s a client that leaves is no internal error', async (accelerators) => {
  const { url, logged, emulator } = await start({}, accelerators);
  const unfinished = httpRequest(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'content-length': 100 },
  });
  unfinished.on('error', () => undefined);
  unfinished.write('{"query":');
  await new Promise((resolve) => setTimeout(resolve, 50));
  unfinished.destroy();
  emulator.control.latency(1_500);
  const body = JSON.stringify({ query: '{ contacts(first: 1) { totalCount } }' });
  for (let pending = 1; pending <= 2; pending += 1) {
    const abandoned = new AbortController();
    const answer = post(url, { body, signal: abandoned.signal }).catch(() => 'left');
    await expect.poll(() => emulator.control.loggedInFlight()).toBe(1);
    abandoned.abort();
    expect(await answer).toBe('left');
    await expect.poll(() => emulator.control.loggedInFlight(), { timeout: 5_000 }).toBe(0);
  }
  expect((await post(url)).status).toBe(200);
  expect(logged.join('')).not.toContain('internal error');
});

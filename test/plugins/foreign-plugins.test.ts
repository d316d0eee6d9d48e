import type { Plugin } from 'graphql-yoga';
import { afterEach, expect, test, vi } from 'vitest';
import { demo } from '../../emulator/demo.ts';
import { type HttpServer, startHttpServer } from '../../src/http/server.ts';
import { startGateway, type TestGateway } from '../support/gateway.ts';

let stack: TestGateway | undefined;
let server: HttpServer | undefined;
afterEach(async () => {
  await server?.stop(0);
  await stack?.close();
  [server, stack] = [undefined, undefined];
});

/** The hooks of Yoga 5.24 and Envelop 5 that both paths call, with their calls over three requests for a query. */
const operationHooks = {
  ...{
    onParams: 3,
    onEnveloped: 3,
    onParse: 3,
    onValidate: 3,
    onContextBuilding: 3,
    onExecute: 3,
    onExecutionResult: 3,
  },
  // The schema has no subscription.
  onSubscribe: 0,
  ...{ onPluginInit: 1, onYogaInit: 1, onSchemaChange: 1, onDispose: 0 },
};

/** The hooks that only the Yoga path calls. */
const requestHooks = ['onRequest', 'onRequestParse', 'onResultProcess', 'onResponse'];

const query = `{ contact(by: {cid: "${demo.contactId}"}) { firstName } }`;

/** A plugin whose hooks count their calls, and the counts by hook. */
function countCalls(hooks: readonly string[]) {
  const mocks = new Map(hooks.map((hook) => [hook, vi.fn()]));
  const plugin: Plugin & { name: string } = { name: 'useCounter', ...Object.fromEntries(mocks) };
  return { plugin, counts: () => Object.fromEntries([...mocks].map(([hook, { mock }]) => [hook, mock.calls.length])) };
}

async function start(plugin: Plugin, ACCELERATORS: string): Promise<void> {
  stack = await startGateway({ emulator: { contacts: 10 }, env: { ACCELERATORS }, plugins: [plugin] });
  server = await startHttpServer(stack.gateway.listener, '127.0.0.1', 0);
}

async function post(params: object): Promise<{ status: number; text: string }> {
  const response = await fetch(`${server?.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-canary': '1', 'x-request-id': 'one' },
    body: JSON.stringify(params),
  });
  return { status: response.status, text: await response.text() };
}

const paths = ['none', 'all', 'fast-path', 'fast-path,planned-execution,generated-rows,prefetch'];

test.each(paths)(
  'with ACCELERATORS=%s three identical queries call every operation hook of a foreign plugin alike',
  async (accelerators) => {
    const { plugin, counts } = countCalls(Object.keys(operationHooks));
    await start(plugin, accelerators);
    for (const _ of [1, 2, 3]) expect((await post({ query })).text).toBe('{"data":{"contact":{"firstName":"Ada"}}}');
    expect(counts()).toEqual(operationHooks);
  },
);

test.each(requestHooks)(
  'a foreign plugin with the hook %s is called for each request without the fast path, and refused with it',
  async (hook) => {
    const { plugin, counts } = countCalls([hook]);
    await start(plugin, 'none');
    for (const _ of [1, 2, 3]) expect(await post({ query })).toMatchObject({ status: 200 });
    expect(counts()).toEqual({ [hook]: 3 });
    await expect(startGateway({ env: { ACCELERATORS: 'all' }, plugins: [plugin] })).rejects.toThrow(
      `The fast path cannot call ${hook} of the plugin useCounter: set ACCELERATORS to none, or to a list without fast-path and deduplicate.`,
    );
  },
);

test('the instrumentation of a foreign plugin runs for each request without the fast path, and is refused with it', async () => {
  const phases: string[] = [];
  const record = (phase: string) => (_: unknown, run: () => unknown) => {
    phases.push(phase);
    return run();
  };
  const names = [
    'request',
    'requestParse',
    'operation',
    'init',
    'parse',
    'validate',
    'context',
    'execute',
    'resultProcess',
  ];
  const plugin = { instrumentation: Object.fromEntries(names.map((name) => [name, record(name)])) };
  await start(plugin, 'none');
  for (const _ of [1, 2, 3]) await post({ query });
  expect(phases).toEqual([...names, ...names, ...names]);
  await expect(startGateway({ env: { ACCELERATORS: 'all' }, plugins: [{}, plugin] })).rejects.toThrow(
    'The fast path cannot call instrumentation of plugin 2:',
  );
});

class ClassPlugin {
  onResponse(): void {}
}

test.each<[string, Plugin, string]>([
  ['a hook that this version does not know', { onCanary() {} } as Plugin, 'onCanary of plugin 1'],
  ['a hook that is a method of its class', new ClassPlugin(), 'onResponse of the plugin ClassPlugin'],
  [
    'a hook of a plugin that it adds',
    { onPluginInit: ({ addPlugin }) => addPlugin({ name: 'useAdded', onResponse() {} } as Plugin) },
    'onResponse of the plugin useAdded',
  ],
])('a foreign plugin with %s is refused with the fast path', async (_, plugin, named) => {
  await expect(startGateway({ env: { ACCELERATORS: 'all' }, plugins: [plugin] })).rejects.toThrow(
    `cannot call ${named}:`,
  );
});

test.each(['none', 'all'])(
  'with ACCELERATORS=%s a refused request calls the hooks of a foreign plugin once',
  async (accelerators) => {
    const onParams = vi.fn();
    await start({ onParams }, accelerators);
    expect(await post({ query, canary: 1 })).toMatchObject({ status: 400 });
    expect(onParams).toHaveBeenCalledTimes(1);
  },
);

test.each(['none', 'all'])(
  'with ACCELERATORS=%s an error that a foreign plugin throws is answered as internal and logged',
  async (accelerators) => {
    const onParams = vi.fn().mockRejectedValue(new Error('canary'));
    await start({ onParams }, accelerators);
    const { status, text } = await post({ query });
    expect(status).toBe(500);
    expect(JSON.parse(text)).toEqual({
      errors: [
        { message: 'Something went wrong inside the gateway.', extensions: { code: 'INTERNAL', requestId: 'one' } },
      ],
    });
    expect(onParams).toHaveBeenCalledTimes(1);
    expect(stack?.emulator.control.calls()).toEqual([]);
  },
);

test.each(['none', 'all'])('with ACCELERATORS=%s a foreign plugin reads a complete Request', async (accelerators) => {
  const read: unknown[] = [];
  await start(
    {
      onParams({ request }) {
        read.push(
          request.method,
          new URL(request.url).pathname,
          request.headers.has('x-canary'),
          request.signal.aborted,
        );
        read.push([...request.headers.keys()].includes('content-type'));
      },
    },
    accelerators,
  );
  await post({ query });
  expect(read).toEqual(['POST', '/graphql', true, false, true]);
});

test('a foreign plugin answers requests to a path of its own, and no path that only ends like the endpoint', async () => {
  const plugin: Plugin = {
    onRequest({ url, endResponse }) {
      if (url.pathname === '/metrics') endResponse(new Response(`metrics ${url.search}`));
    },
  };
  await start(plugin, 'none');
  expect(await (await fetch(`${server?.url}/metrics?all=1`)).text()).toBe('metrics ?all=1');
  expect((await fetch(`${server?.url}/x/graphql?query={__typename}`)).status).toBe(404);
  expect((await fetch(`${server?.url}/other`)).status).toBe(404);
});

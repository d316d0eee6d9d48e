import { afterAll, beforeAll, expect, test } from 'vitest';
import { startGateway, type TestGateway } from '../support/gateway.ts';
import { customerSessionEnvironment } from '../support/sessions.ts';
import { type BothPaths, listenOnBothPaths, paths } from './support.ts';

/** Customer sessions are configured, so that a request without an access token is an anonymous caller. */
let stack: TestGateway;
let gateway: BothPaths;
beforeAll(async () => {
  stack = await startGateway({ env: customerSessionEnvironment(), emulator: { contacts: 10 } });
  gateway = await listenOnBothPaths(stack.gateway);
});
afterAll(async () => {
  await gateway.stop();
  await stack.close();
});

test.each(paths)(
  'on the %s path 2,100 documents of anonymous callers take no place of documents of callers with a token',
  async (path) => {
    const known = { query: `{ ${path}: __typename }` };
    await gateway.post(path, known, { authorization: 'Bearer known' });
    const kept = stack.gateway.documents.load();
    expect(kept.documents).toBeGreaterThan(0);
    for (let times = 0; times < 2_100; times += 1) {
      expect((await gateway.post(path, { query: '{ __schema { queryType { name } } }' })).status).toBe(200);
    }
    expect(stack.gateway.documents.load()).toEqual(kept);
    stack.logged.length = 0;
  },
);

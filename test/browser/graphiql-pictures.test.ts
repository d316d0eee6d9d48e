// The pictures of GraphiQL in the documentation can be taken.
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { startGateway, type TestGateway } from '../support/gateway.ts';
import { explainPicture, graphiqlPictures } from './graphiql-pictures.ts';
import { readPngSize, takePicture } from './picture.ts';
import { serve } from './serve.ts';

vi.setConfig({ testTimeout: 120_000 });

let stack: TestGateway;
let server: Awaited<ReturnType<typeof serve>>;
let folder: string;
beforeAll(async () => {
  stack = await startGateway();
  server = await serve(stack.gateway.listener);
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'contactgraph-pictures-'));
});
afterEach(async () => {
  stack.emulator.control.reset();
  await rm(folder, { recursive: true });
});
afterAll(async () => {
  await server.close();
  await stack.close();
});

const url = () => `${server.origin}/graphql`;

test.each(graphiqlPictures)('$file is taken of a page that shows what its alternative text says', async (picture) => {
  await takePicture(picture, url(), folder);
  expect(await readPngSize(join(folder, picture.file))).toEqual(picture.size);
});

test('no picture is taken of an answer with an error', async () => {
  stack.emulator.control.fault({ path: '/accountings', kind: 'status', status: 503 });
  await expect(takePicture({ ...explainPicture, shows: () => ({}) }, url(), folder)).rejects.toThrow(
    /has errors.*UPSTREAM_UNAVAILABLE/,
  );
  expect(await readdir(folder)).toEqual([]);
});

test('no picture is taken that is too low for what its alternative text names', async () => {
  const low = { ...explainPicture, size: { width: 1440, height: 400 } };
  await expect(takePicture(low, url(), folder)).rejects.toThrow('outside of the picture');
  expect(await readdir(folder)).toEqual([]);
});

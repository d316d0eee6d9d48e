import { setImmediate } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { collectGarbage } from '../support/collect-garbage.ts';
import { startGateway, type TestGateway } from '../support/gateway.ts';
import { type BothPaths, listenOnBothPaths, paths, times } from './support.ts';

const bound = 2 * 2 ** 20;

let stack: TestGateway;
let gateway: BothPaths;
beforeAll(async () => {
  stack = await startGateway({ emulator: { contacts: 10 }, env: { DOCUMENT_CACHE_BYTES: String(bound) } });
  gateway = await listenOnBothPaths(stack.gateway);
});
afterAll(async () => {
  await gateway.stop();
  await stack.close();
});

/** @returns the used heap after a collection, in bytes */
async function usedHeap(): Promise<number> {
  await setImmediate();
  collectGarbage();
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

/** Sends distinct valid documents, one in ten of them with 200 fields, on both paths. */
async function flood(from: number, to: number): Promise<void> {
  for (let n = from; n < to; n += 1) {
    const fields = n % 10 === 0 ? times(200, (m) => `f${n}_${m}: scopes`) : `f${n}: scopes`;
    const { status } = await gateway.post(paths[n % 2] ?? 'fast', { query: `query Q${n} { viewer { ${fields} } }` });
    expect(status).toBe(200);
    stack.logged.length = 0;
  }
}

test('2,000 distinct valid documents and their plans take no more memory than DOCUMENT_CACHE_BYTES', {
  timeout: 120_000,
}, async () => {
  await flood(0, 400); // The store is full, and the code is compiled.
  expect(stack.gateway.documents.load().bytes).toBeLessThanOrEqual(bound);
  const full = await usedHeap();
  await flood(400, 2_000);
  expect(await usedHeap()).toBeLessThan(full + 3 * 2 ** 20); // Without the bound, 400 of them take 13 MB by their count.
  const { documents, bytes } = stack.gateway.documents.load();
  expect(bytes).toBeLessThanOrEqual(bound);
  expect(documents).toBeGreaterThan(10);
});

/** Sends distinct documents with 60 fields that cost calls, each with 20 sets of conditions; nothing of them is executed. */
async function floodConditions(send: BothPaths, from: number, to: number): Promise<void> {
  const conditions = [0, 1, 2, 3, 4];
  for (let n = from; n < to; n += 1) {
    const devices = times(60, (m) => `d${n}_${m}: devices(first: 1) { nodes { os } }`);
    const names = conditions.map((m) => `s${m}: firstName @include(if: $v${m})`).join(' ');
    const declared = conditions.map((m) => `$v${m}: Boolean!`).join(' ');
    const query = `query Q(${declared}) { contacts(first: 1) { nodes { ${devices} ${names} } } }`;
    for (let set = 0; set < 20; set += 1) {
      const variables = Object.fromEntries(conditions.map((m) => [`v${m}`, ((set >> m) & 1) === 1]));
      const body = { query, variables, extensions: { explainOnly: true } };
      expect((await send.post(paths[set % 2] ?? 'fast', body)).status).toBe(200);
    }
  }
}

test('documents whose conditions have many values take no more memory than DOCUMENT_CACHE_BYTES with the plans of their costs', {
  timeout: 120_000,
}, async () => {
  const eightMegabytes = 8 * 2 ** 20;
  const other = await startGateway({
    emulator: { contacts: 10 },
    env: { DOCUMENT_CACHE_BYTES: String(eightMegabytes) },
  });
  const send = await listenOnBothPaths(other.gateway);
  try {
    await floodConditions(send, 0, 2); // The code is compiled.
    const few = await usedHeap();
    await floodConditions(send, 2, 40);
    expect(await usedHeap()).toBeLessThan(few + eightMegabytes); // 20 MB if the plans have no weight.
    expect(other.gateway.documents.load().bytes).toBeLessThanOrEqual(eightMegabytes);
    expect(other.emulator.control.calls()).toEqual([]);
  } finally {
    await send.stop();
    await other.close();
  }
});

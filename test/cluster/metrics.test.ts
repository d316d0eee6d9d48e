// The primary serves the metrics of all workers together, and the health of each.
import { expect, test } from 'vitest';
import { readContact, send } from '../support/worker-clients.ts';
import { useWorkers, type WorkerGroup } from '../support/workers.ts';

const { services, start } = useWorkers();

const served = /"url":"(http:[^"]+)"[^\n]*metrics and the health report are served/;

/** Starts two workers. */
async function startMeasured() {
  const group = start({ METRICS_PORT: '0' });
  const url = await group.url();
  const [, operator = ''] = await group.printed(served);
  const page = async (path: string) => (await fetch(`${operator}${path}`)).text();
  return {
    group,
    /** Sends operations, each over a connection of its own. */
    async sendOperations(count: number): Promise<void> {
      for (let n = 0; n < count; n += 1) expect((await send(url, services().token, readContact)).status).toBe(200);
    },
    /** The sum of all series of a metric. */
    async read(name: string): Promise<number> {
      const series = (await page('/metrics')).split('\n').filter((line) => line.startsWith(name));
      return series.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
    },
    health: async () => JSON.parse(await page('/healthz')),
  };
}

const replaced = (group: WorkerGroup) => group.log().filter(({ msg }) => msg === 'the workers were replaced');

test('the metrics of two workers add up', async () => {
  const { sendOperations, read } = await startMeasured();
  await sendOperations(10);
  expect(await read('contactgraph_operations_total')).toBe(10);
  expect(await read('contactgraph_operation_duration_seconds_count')).toBe(10);
  expect(await read('contactgraph_ready')).toBe(2);
  expect(await read('contactgraph_worker_restarts_total')).toBe(0);
});

test('what ended workers have counted stays in the sums, when they are replaced and when they are killed', async () => {
  const { group, sendOperations, read } = await startMeasured();
  await sendOperations(6);
  group.child.kill('SIGHUP');
  await expect.poll(() => replaced(group), { timeout: 60_000 }).toHaveLength(1);
  expect(await read('contactgraph_operations_total')).toBe(6);
  await sendOperations(4);
  expect(await read('contactgraph_operations_total')).toBe(10);
  const [killed = 0] = group.workerPids();
  process.kill(killed, 'SIGKILL');
  await group.printed(/a worker has ended/);
  expect(await read('contactgraph_operations_total')).toBe(10);
  expect(await read('contactgraph_operation_duration_seconds_count')).toBe(10);
  expect(await read('contactgraph_ready')).toBe(1);
  expect(await read('contactgraph_worker_restarts_total')).toBe(1);
}, 120_000);

test('a worker that does not answer counts with its last metrics, and its health says so', async () => {
  const { group, sendOperations, read, health } = await startMeasured();
  await sendOperations(4);
  expect(await read('contactgraph_operations_total')).toBe(4);
  expect(await health()).toMatchObject({ status: 'ok', reasons: [] });
  const [stopped = 0] = group.workerPids();
  process.kill(stopped, 'SIGSTOP');
  expect(await read('contactgraph_operations_total')).toBe(4);
  const report = await health();
  expect(report).toMatchObject({
    status: 'degraded',
    reasons: [expect.stringMatching(/^worker [12]: it does not answer$/)],
  });
  const { workers } = report;
  expect(workers.find(({ pid }: { pid: number }) => pid === stopped)).toMatchObject({ status: 'failing', restarts: 0 });
  expect(workers.map(({ pid }: { pid: number }) => pid).toSorted()).toEqual(group.workerPids().toSorted());
  process.kill(stopped, 'SIGCONT');
  await expect.poll(async () => (await health()).status).toBe('ok');
});

test('without METRICS_PORT no metrics are served', async () => {
  const group = start();
  await group.url();
  expect(group.stdout()).not.toMatch(served);
});

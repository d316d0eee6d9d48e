// Workers serve one port: connections are divided among them, and a worker that ends is replaced.
import { connect } from 'node:net';
import { describe, expect, test } from 'vitest';
import { replaceManifest, writeManifest } from '../support/manifest.ts';
import { readContact, send } from '../support/worker-clients.ts';
import { useWorkers, type WorkerGroup } from '../support/workers.ts';

const { services, start } = useWorkers();

/** The number of operations in the log by process. */
function operationsByProcess(group: WorkerGroup): Map<number, number> {
  const counts = new Map<number, number>();
  for (const { msg, pid } of group.log()) if (msg === 'operation') counts.set(pid, (counts.get(pid) ?? 0) + 1);
  return counts;
}

test.each([2, 4])(
  'connections are divided evenly among %i workers, each of which is named in the log',
  async (count) => {
    const group = start({ WORKERS: String(count) });
    const url = await group.url();
    const named = group.log().filter(({ msg }) => msg === 'a worker serves requests');
    expect(named.map(({ worker }) => worker).toSorted()).toEqual(Array.from({ length: count }, (_, n) => n + 1));
    expect(named.map(({ workerPid }) => workerPid).toSorted()).toEqual(group.workerPids().toSorted());
    for (let n = 0; n < 5 * count; n += 1) {
      expect(await send(url, services().token, readContact)).toMatchObject({
        status: 200,
        body: expect.stringContaining('Ada'),
      });
    }
    await expect.poll(() => [...operationsByProcess(group).values()]).toEqual(Array(count).fill(5));
    expect([...operationsByProcess(group).keys()].toSorted()).toEqual(group.workerPids().toSorted());
  },
);

describe('a worker that ends', () => {
  test('a worker that is killed is replaced by another one, while the others answer every request', async () => {
    const group = start();
    const url = await group.url();
    const before = group.workerPids();
    const [killed = 0, kept = 0] = before;
    process.kill(killed, 'SIGKILL');
    await group.printed(/a worker has ended/);
    const line = group.log().find(({ msg }) => msg.startsWith('a worker has ended'));
    expect(line).toMatchObject({ workerPid: killed, code: null, signal: 'SIGKILL', restarts: 1, delayMs: 1_000 });
    for (let n = 0; n < 5; n += 1) expect((await send(url, services().token, readContact)).status).toBe(200);
    await expect.poll(() => group.log().filter(({ msg }) => msg === 'a worker serves requests')).toHaveLength(3);
    const after = group.workerPids();
    expect(after).toHaveLength(2);
    expect(after).toContain(kept);
    expect(after).not.toContain(killed);
    for (let n = 0; n < 10; n += 1) expect((await send(url, services().token, readContact)).status).toBe(200);
    const [added = 0] = after.filter((pid) => pid !== kept);
    await expect.poll(() => operationsByProcess(group).get(added)).toBe(5);
  });

  test('signals to a worker do not end it, because a terminal and systemd send them to all processes', async () => {
    const group = start();
    const url = await group.url();
    const pids = group.workerPids();
    for (const pid of pids)
      for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGTERM'] as const) process.kill(pid, signal);
    for (let n = 0; n < 4; n += 1) expect((await send(url, services().token, readContact)).status).toBe(200);
    expect(group.workerPids()).toEqual(pids);
  });
});

test('with WORKERS=1 the process serves requests itself', async () => {
  const group = start({ WORKERS: '1' });
  const url = await group.url();
  expect((await send(url, services().token, readContact)).status).toBe(200);
  expect(group.workerPids()).toEqual([]);
  await expect.poll(() => operationsByProcess(group)).toEqual(new Map([[group.child.pid, 1]]));
});

test('workers warm up without reaching each other', async () => {
  const group = start({ WORKERS: '2', WARM_UP: 'true' });
  const url = await group.url();
  services().emulator.control.clearLog();
  expect((await send(url, services().token, readContact)).status).toBe(200);
  expect(services().emulator.control.calls().length).toBeGreaterThan(0);
});

test('a worker that cannot start again is tried with growing pauses, and the other one goes on', async () => {
  const file = writeManifest({ first: 'query First { viewer { scopes } }' });
  const group = start({ DOCUMENTS_FILE: file, DOCUMENTS_MODE: 'log' });
  const url = await group.url();
  replaceManifest(file, '{"first":');
  process.kill(group.workerPids()[0] ?? 0, 'SIGKILL');
  const ends = () => group.log().filter(({ msg }) => msg.startsWith('a worker has ended'));
  await expect.poll(ends).toHaveLength(3);
  expect(ends().map(({ delayMs, restarts }) => [delayMs, restarts])).toEqual([
    [1_000, 1],
    [2_000, 2],
    [4_000, 3],
  ]);
  const failures = group.log().filter(({ msg }) => msg === 'a worker cannot start');
  expect(failures.map(({ problems }) => problems)).toEqual(Array(2).fill([expect.stringContaining('JSON')]));
  expect((await send(url, services().token, readContact)).status).toBe(200);
  replaceManifest(file, { first: 'query First { viewer { scopes } }' });
  await expect.poll(() => group.log().filter(({ msg }) => msg === 'a worker serves requests')).toHaveLength(3);
  expect(group.workerPids()).toHaveLength(2);
});

test('connections beyond MAX_CONNECTIONS of every worker are closed, and are not passed on without end', async () => {
  const group = start({ MAX_CONNECTIONS: '2' });
  const { hostname, port } = new URL(await group.url());
  const sockets = Array.from({ length: 10 }, () =>
    connect(Number(port), hostname)
      .on('error', () => undefined)
      .resume(),
  );
  const closed = () => sockets.filter((socket) => socket.closed).length;
  // Each worker keeps two of the connections that it is handed; a worker that is slow to accept may be handed fewer than two.
  await expect.poll(closed).toBeGreaterThanOrEqual(6);
  expect(closed()).toBeLessThanOrEqual(8);
  for (const socket of sockets) socket.destroy();
  await expect
    .poll(
      async () =>
        (await send(`http://${hostname}:${port}`, services().token, readContact).catch(() => undefined))?.status,
    )
    .toBe(200);
});

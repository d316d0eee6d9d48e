// Signals to the primary process, and its end: which requests are answered, and that no worker is left.
import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type HttpAnswer, readContact, send } from '../support/worker-clients.ts';
import { useWorkers } from '../support/workers.ts';

const { services, start } = useWorkers();

const runningOf = (pids: readonly number[]) => pids.filter((pid) => existsSync(`/proc/${pid}`));

/** Starts workers, each of which has a request that its upstream has not answered yet. */
async function startWithPendingRequests(latencyMs: number) {
  const { emulator, token } = services();
  const group = start({ SWITCHED_OFF: 'cache', TRY_TIMEOUT_MS: '8000' });
  const url = await group.url();
  emulator.control.latency({ pattern: '/customers/', ms: latencyMs });
  const answers = [send(url, token, readContact), send(url, token, readContact)];
  await expect.poll(emulator.control.loggedInFlight).toBe(2);
  return { group, url, workers: group.workerPids(), answers };
}

async function expectAnswered(answers: readonly Promise<HttpAnswer>[]): Promise<void> {
  for (const answer of answers) {
    expect(await answer).toEqual({ status: 200, body: expect.stringContaining('Ada') });
  }
}

describe('a signal that stops', () => {
  test.each(['SIGTERM', 'SIGINT'] as const)(
    '%s to the primary lets all workers answer, and exits with 0',
    async (signal) => {
      const { group, url, workers, answers } = await startWithPendingRequests(1_500);
      group.child.kill(signal);
      await expectAnswered(answers);
      expect(await group.exited).toBe(0);
      expect(runningOf(workers)).toEqual([]);
      await expect(send(url, services().token, readContact)).rejects.toThrow('ECONNREFUSED');
      expect(group.log().filter(({ msg }) => msg === 'the gateway has stopped')).toHaveLength(2);
      expect(group.stderr()).toBe('');
    },
  );

  test('SIGINT and SIGTERM to all processes at once, as from a terminal and from systemd, lose no request', async () => {
    const { group, workers, answers } = await startWithPendingRequests(1_500);
    for (const pid of workers) {
      process.kill(pid, 'SIGINT');
      process.kill(pid, 'SIGTERM');
    }
    group.child.kill('SIGINT');
    await expectAnswered(answers);
    expect(await group.exited).toBe(0);
    expect(runningOf(workers)).toEqual([]);
  });

  test('a second signal to the primary ends it and its workers at once, although requests are pending', async () => {
    const { group, workers, answers } = await startWithPendingRequests(60_000);
    const lost = answers.map((answer) => answer.catch(() => 'lost'));
    group.child.kill('SIGTERM');
    await group.printed(/the workers stop/);
    group.child.kill('SIGTERM');
    expect(await group.exited).toBe(128 + 15);
    expect(await Promise.all(lost)).toEqual(['lost', 'lost']);
    await expect.poll(() => runningOf(workers)).toEqual([]);
  });

  test('SIGTERM while the workers start ends all of them with 0', async () => {
    const group = start({ WARM_UP: 'true' });
    await expect.poll(group.workerPids).toHaveLength(2);
    const workers = group.workerPids();
    group.child.kill('SIGTERM');
    expect(await group.exited).toBe(0);
    expect(group.stdout()).not.toContain('listens on');
    await expect.poll(() => runningOf(workers)).toEqual([]);
  });

  test('SIGTERM while a killed worker waits for its restart exits with 0 without starting another one', async () => {
    const group = start();
    await group.url();
    const [killed = 0] = group.workerPids();
    process.kill(killed, 'SIGKILL');
    await group.printed(/a worker has ended/);
    group.child.kill('SIGTERM');
    expect(await group.exited).toBe(0);
    expect(group.log().filter(({ msg }) => msg === 'a worker serves requests')).toHaveLength(2);
  });
});

test('during DRAIN_DELAY_MS new connections are answered by every worker while /readyz says 503', async () => {
  const group = start({ DRAIN_DELAY_MS: '3000' });
  const url = await group.url();
  group.child.kill('SIGTERM');
  await expect.poll(() => group.log().filter(({ msg }) => msg.startsWith('the gateway stops'))).toHaveLength(2);
  for (let n = 0; n < 4; n += 1) {
    expect((await send(url, services().token, readContact)).status).toBe(200);
    expect((await fetch(`${url}/readyz`)).status).toBe(503);
  }
  expect(await group.exited).toBe(0);
});

test('workers end when their primary is killed', async () => {
  const group = start();
  await group.url();
  const workers = group.workerPids();
  expect(runningOf(workers)).toHaveLength(2);
  group.child.kill('SIGKILL');
  expect(await group.exited).toBe('SIGKILL');
  await expect.poll(() => runningOf(workers)).toEqual([]);
});

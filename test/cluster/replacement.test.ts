// SIGHUP replaces one worker after the other: no request is lost, and files are read again.
import { describe, expect, test } from 'vitest';
import { replaceManifest, writeManifest } from '../support/manifest.ts';
import { send, startLoadClients } from '../support/worker-clients.ts';
import { useWorkers, type WorkerGroup } from '../support/workers.ts';

const { services, start } = useWorkers();

const count = (group: WorkerGroup, message: string) => group.log().filter(({ msg }) => msg === message).length;
const patience = { timeout: 60_000 };

test('SIGHUP replaces every worker while clients send requests, loses none, and the gateway stays ready', async () => {
  const group = start({ DRAIN_DELAY_MS: '300000' });
  const clients = startLoadClients(await group.url(), services().token, 16);
  let before = group.workerPids();
  for (let replacements = 1; replacements <= 2; replacements += 1) {
    const answered = clients.answered();
    await expect.poll(clients.answered).toBeGreaterThan(answered + 200);
    group.child.kill('SIGHUP');
    await expect.poll(() => count(group, 'the workers were replaced'), patience).toBe(replacements);
    const after = group.workerPids();
    expect(after).toHaveLength(2);
    expect(after.filter((pid) => before.includes(pid))).toEqual([]);
    before = after;
  }
  await clients.stop();
  expect(clients.lost()).toEqual([]);
}, 180_000);

test('several SIGHUP during a replacement cause one more replacement', async () => {
  const group = start();
  const url = await group.url();
  group.child.kill('SIGHUP');
  await group.printed(/replaced one after the other/);
  for (let n = 0; n < 5; n += 1) {
    group.child.kill('SIGHUP');
    // The primary hands the connection over, so it has got the signal before. Signals that are pending at once are one.
    await send(url, services().token, '{ __typename }');
  }
  await expect.poll(() => count(group, 'the workers were replaced'), patience).toBe(2);
  expect(count(group, 'the workers are replaced one after the other')).toBe(2);
  expect(count(group, 'a worker serves requests')).toBe(6);
}, 180_000);

test('a worker that is killed during a replacement leaves one worker in each place', async () => {
  const group = start();
  const url = await group.url();
  const [first = 0] = group.workerPids();
  group.child.kill('SIGHUP');
  await group.printed(/replaced one after the other/);
  process.kill(first, 'SIGKILL');
  await expect.poll(() => count(group, 'the workers were replaced'), patience).toBe(1);
  await expect.poll(group.workerPids).toHaveLength(2);
  for (let n = 0; n < 4; n += 1) expect((await send(url, services().token, '{ __typename }')).status).toBe(200);
}, 180_000);

describe('SIGHUP and the trusted documents', () => {
  const first = 'query First { viewer { scopes } }';
  const second = 'query Second { viewer { scopes } }';

  test('SIGHUP reads the trusted documents again in every worker', async () => {
    const file = writeManifest({ first });
    const group = start({ DOCUMENTS_FILE: file, DOCUMENTS_MODE: 'only' });
    const url = await group.url();
    expect((await send(url, services().token, second)).body).toContain('DOCUMENT_NOT_TRUSTED');
    replaceManifest(file, { second });
    group.child.kill('SIGHUP');
    await group.printed(/the workers were replaced/);
    for (let n = 0; n < 4; n += 1) {
      expect((await send(url, services().token, second)).body).toMatch(/^{"data"/);
      expect((await send(url, services().token, first)).body).toContain('DOCUMENT_NOT_TRUSTED');
    }
  });

  test('SIGHUP with trusted documents that have a problem keeps all workers, and logs the problem once', async () => {
    const file = writeManifest({ first });
    const group = start({ DOCUMENTS_FILE: file, DOCUMENTS_MODE: 'only' });
    const url = await group.url();
    const before = group.workerPids();
    replaceManifest(file, '{"first":');
    group.child.kill('SIGHUP');
    await group.printed(/the other workers stay/);
    const failures = group.log().filter(({ msg }) => msg.includes('cannot start'));
    expect(failures).toEqual([expect.objectContaining({ level: 50, problems: [expect.stringContaining('JSON')] })]);
    await expect.poll(group.workerPids).toEqual(before);
    for (let n = 0; n < 4; n += 1) expect((await send(url, services().token, first)).body).toMatch(/^{"data"/);
  });
});

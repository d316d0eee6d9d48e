import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { createTable } from './support/fault-table.ts';
import { type ClientResponse, type Harness, startHarness } from './support/harness.ts';
import { startNetworkProxy } from './support/network-proxy.ts';
import { contact, wholeContact } from './support/operations.ts';

const table = createTable('An upstream that cannot be reached for a while (U23)');

let harness: Harness;
let isOver = false;
let clientLoops: Promise<unknown> = Promise.resolve();
afterEach(async () => {
  isOver = true; // This ends the loops of the clients also after a failed assertion.
  await clientLoops;
  await harness.close();
});

const clients = 8;

test('U23: the circuit breaker refuses operations without waiting, sends one probe at a time, and closes when a probe succeeds', {
  timeout: 40_000,
}, async () => {
  const proxy = await startNetworkProxy();
  const { setMode, connections } = proxy;
  harness = await startHarness({ proxy, emulator: { contacts: 200 } });
  const cids = harness.emulator.contacts().map(({ cid }) => cid);
  let nth = 0;
  const responses: ClientResponse[] = [];

  /** Sends one query after another, each for another contact, so that no read is cached or shared. */
  async function sendUntilOver(): Promise<void> {
    while (!isOver) {
      nth += 1;
      responses.push(await harness.query({ query: `{ contact(by: {cid: "${cids[nth % cids.length]}"}) { cid } }` }));
      await sleep(25);
    }
  }

  /** The responses and the number of new connections while `work` runs. */
  async function measure(work: () => Promise<unknown>) {
    const [from, accepted, began] = [responses.length, connections.accepted, performance.now()];
    await work();
    const ms = performance.now() - began;
    return { answers: responses.slice(from), accepted: connections.accepted - accepted, ms };
  }

  function add(phase: string, { answers, accepted, ms }: Awaited<ReturnType<typeof measure>>): void {
    const errors = answers.flatMap(({ errors }) => errors);
    const calls = { connections: Array.from({ length: accepted }) };
    table.add('U23', `${phase}, ${answers.length} responses`, { errors, ms }, calls);
  }

  const states = () => harness.logged.flatMap((line) => JSON.parse(line).state ?? []);
  const waitForState = (state: string, timeout: number) => expect.poll(() => states().at(-1), { timeout }).toBe(state);

  setMode('cut');
  clientLoops = Promise.all(Array.from({ length: clients }, sendUntilOver));
  const unreachable = await measure(() => waitForState('open', 5_000));
  add('until the circuit breaker opens', unreachable);
  for (const { errors } of unreachable.answers) expect(errors).toMatchObject([{ code: 'UPSTREAM_UNAVAILABLE' }]);

  // When each client has sent several more queries, the calls from before the circuit breaker opened have ended.
  const settled = responses.length + 10 * clients;
  await expect.poll(() => responses.length, { timeout: 5_000 }).toBeGreaterThan(settled);

  setMode('hold'); // A probe then stays pending, so that the proxy would count a second one.
  const open = await measure(async () => {
    const [minResponses, accepted] = [responses.length + 200, connections.accepted];
    await expect
      .poll(() => responses.length >= minResponses && connections.accepted > accepted, { timeout: 10_000 })
      .toBe(true);
    await sleep(200);
  });
  add('while it is open', open);
  for (const { errors } of open.answers) {
    expect(errors).toMatchObject([
      { code: expect.stringMatching(/^UPSTREAM_(UNAVAILABLE|TIMEOUT)$/), retryable: true },
    ]);
  }
  expect(connections.peak).toBe(1);
  expect(open.accepted).toBeLessThan(0.05 * open.answers.length);
  const attempts = unreachable.accepted + open.accepted;
  expect(attempts).toBeLessThanOrEqual(1.2 * (unreachable.answers.length + open.answers.length));

  setMode('pass');
  const recovery = await measure(() => waitForState('closed', 10_000));
  add('until it closes', recovery);
  isOver = true;
  await clientLoops;
  expect(states().slice(0, 2)).toEqual(['open', 'half-open']);
  const lines = harness.logged.map((line) => JSON.parse(line)).filter(({ state }) => state !== undefined);
  for (const { state, level, msg } of lines) {
    expect(msg).toContain(`the circuit breaker is ${state}: `);
    expect(level).toBe(state === 'open' ? 40 : 30);
  }
  await harness.recover(contact, wholeContact);
});

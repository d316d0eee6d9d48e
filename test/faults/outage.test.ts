import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { createTable } from './support/fault-table.ts';
import { type Harness, startHarness, type Told } from './support/harness.ts';
import { startRelay } from './support/network-proxy.ts';
import { contact, wholeContact } from './support/operations.ts';

const table = createTable('An upstream that is dead for a while (U23)');

let harness: Harness;
let isOver = false;
let asking: Promise<unknown> = Promise.resolve();
afterEach(async () => {
  isOver = true; // also where the test has failed
  await asking;
  await harness.close();
});

const clients = 8;

test('U23: the breaker spares everybody the waiting, sends one probe at a time, and closes when it may', {
  timeout: 40_000,
}, async () => {
  const between = await startRelay();
  const { become, connections } = between;
  harness = await startHarness({ between, emulator: { contacts: 200 } });
  const cids = harness.emulator.contacts().map(({ cid }) => cid);
  let nth = 0;
  const told: Told[] = [];

  /** Each asks one after the other, about somebody else each time: nothing is kept, and nobody shares. */
  async function goOn(): Promise<void> {
    while (!isOver) {
      nth += 1;
      told.push(await harness.ask({ query: `{ contact(by: {cid: "${cids[nth % cids.length]}"}) { cid } }` }));
      await sleep(25);
    }
  }

  /** What was told, and which connections were made, in a stretch of time. */
  async function during(work: () => Promise<unknown>) {
    const [from, taken, began] = [told.length, connections.taken, performance.now()];
    await work();
    const ms = performance.now() - began;
    return { answers: told.slice(from), taken: connections.taken - taken, ms };
  }

  function add(stretch: string, { answers, taken, ms }: Awaited<ReturnType<typeof during>>): void {
    const errors = answers.flatMap(({ errors }) => errors);
    const calls = { connections: Array.from({ length: taken }) };
    table.add('U23', `${stretch}, ${answers.length} asked`, { errors, ms }, calls);
  }

  const states = () => harness.logged.flatMap((line) => JSON.parse(line).state ?? []);
  const until = (state: string, timeout: number) => expect.poll(() => states().at(-1), { timeout }).toBe(state);

  become('cut');
  asking = Promise.all(Array.from({ length: clients }, goOn));
  const dead = await during(() => until('open', 5_000));
  add('until the breaker opens', dead);
  for (const { errors } of dead.answers) expect(errors).toMatchObject([{ code: 'UPSTREAM_UNAVAILABLE' }]);

  // Calls that were let through before it opened have ended when all have asked several times since.
  const settled = told.length + 10 * clients;
  await expect.poll(() => told.length, { timeout: 5_000 }).toBeGreaterThan(settled);

  become('hold'); // so that a probe lasts, and a second beside it would be seen
  const open = await during(async () => {
    const [asked, taken] = [told.length + 200, connections.taken];
    await expect.poll(() => told.length >= asked && connections.taken > taken, { timeout: 10_000 }).toBe(true);
    await sleep(200);
  });
  add('while it is open', open);
  for (const { errors } of open.answers) {
    expect(errors).toMatchObject([
      { code: expect.stringMatching(/^UPSTREAM_(UNAVAILABLE|TIMEOUT)$/), retryable: true },
    ]);
  }
  expect(connections.peak).toBe(1);
  expect(open.taken).toBeLessThan(0.05 * open.answers.length);
  const tried = dead.taken + open.taken;
  expect(tried).toBeLessThanOrEqual(1.2 * (dead.answers.length + open.answers.length));

  become('pass');
  const recovery = await during(() => until('closed', 10_000));
  add('until it closes', recovery);
  isOver = true;
  await asking;
  expect(states().slice(0, 2)).toEqual(['open', 'half-open']);
  await harness.recover(contact, wholeContact);
});

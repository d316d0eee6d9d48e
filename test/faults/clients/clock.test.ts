import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { demo } from '../../../emulator/demo.ts';
import { type Edge, startEdge } from './support/edge.ts';
import { recordRow } from './support/row.ts';

const hour = 3_600_000;
const query = `{ contact(by: {cid: "${demo.contactId}"}) { firstName } }`;

let edge: Edge;
beforeEach(async () => {
  edge = await startEdge({});
});
afterEach(async () => {
  vi.useRealTimers();
  await edge.close();
});

test.for([hour, -hour])(
  'C31: an operation is completed although the clock jumps by %i ms while it is pending',
  async (jump, context) => {
    const { control } = edge.emulator;
    control.clearLog();
    control.latency({ pattern: '/customers/', ms: 300 });
    const pending = edge.post({ query });
    await expect.poll(control.loggedInFlight).toBe(1);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + jump });
    const { status, text } = await pending;
    const sent = `a clock that jumps by ${jump / hour} h`;
    recordRow(context, { row: 'C31', sent, status, code: '–', calls: control.calls().length });
    expect(JSON.parse(text)).toEqual({ data: { contact: { firstName: 'Ada' } } });
    expect(control.calls()).toHaveLength(1);
  },
);

test('C31: an operation ends at its deadline although the clock goes back while it is pending', async (context) => {
  await edge.close();
  edge = await startEdge({ OPERATION_DEADLINE_MS: '1000' });
  const { control } = edge.emulator;
  control.clearLog();
  control.fault({ path: '/customers/', kind: 'hang' });
  const pending = edge.post({ query });
  await expect.poll(control.loggedInFlight).toBe(1);
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - hour });
  const { status, codes } = await pending;
  const row = { row: 'C31', sent: 'a clock that goes back before a deadline', status, code: String(codes[0]) };
  recordRow(context, { ...row, calls: control.calls().length });
  expect(codes).toEqual(['UPSTREAM_TIMEOUT']);
});

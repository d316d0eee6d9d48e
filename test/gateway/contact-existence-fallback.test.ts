import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { demo } from '../../emulator/demo.ts';
import type { FaultRule } from '../../emulator/faults.ts';
import { ada, none } from '../support/contact-existence.ts';
import { startGateway, type TestGateway } from '../support/gateway.ts';

/** The kind: an upstream that does not have the call that tells whether a contact exists. */

let stack: TestGateway;
beforeEach(async () => {
  stack = await startGateway({ emulator: { contacts: 50 } });
  await stack.query('{ contacts(first: 1) { nodes { cid } } }');
  stack.emulator.control.reset();
});
afterEach(async () => {
  vi.useRealTimers();
  await stack.close();
});

const routes = () => stack.emulator.control.calls().map(({ route }) => route);
const fault = (rule: FaultRule) => stack.emulator.control.fault({ path: '/exist\\?', times: Infinity, ...rule });
const many = (by: object[]) =>
  stack.query('query ($by: [ContactBy!]!) { contactsExist(by: $by) { exists cid extId } }', { by });

const absentAddresses: [string, FaultRule][] = [
  ['HTML', { kind: 'html', status: 404 }],
  ['no body', { kind: 'empty', status: 404 }],
  ['JSON without an envelope', { kind: 'body', status: 404, body: '{"status":404,"error":"Not Found"}' }],
  ['JSON that is no object', { kind: 'body', status: 404, body: 'null' }],
  ['broken JSON', { kind: 'body', status: 404, body: '{"status":"KO"' }],
  ['a 410 of the API', { kind: 'status', status: 410 }],
];

test.each(absentAddresses)(
  'where the address of the call does not exist (%s), the list and the profile answer, and the call is not made again',
  async (_, rule) => {
    fault(rule);
    expect((await many([{ email: 'ada.rossi@example.com' }])).data).toEqual({ contactsExist: [ada] });
    expect(routes()).toEqual(['contactExists', 'contacts']);
    stack.emulator.control.clearLog();
    const by = [{ cid: demo.contactId }, { cid: 'x' }, { phone: '+390501234567' }, { username: 'x' }];
    expect(await many(by)).toMatchObject({ data: { contactsExist: [ada, none, ada, none] }, errors: [] });
    expect(routes().sort()).toEqual(['contact', 'contact', 'contacts', 'contacts']);
  },
);

test.each<[string, FaultRule]>([
  ['the status KO', { kind: 'status', status: 404 }],
  ['the status OK', { kind: 'body', status: 404, body: '{"status":"OK","present":false}' }],
])(
  'a 404 with an envelope with %s means that there is no such contact, and the call is made again',
  async (_, rule) => {
    fault(rule);
    for (let round = 0; round < 2; round += 1) {
      expect((await many([{ cid: demo.contactId }])).data).toEqual({ contactsExist: [none] });
    }
    expect(routes()).toEqual(['contactExists', 'contactExists']);
  },
);

test('a response of the API to a call that is pending meanwhile corrects the decision', async () => {
  stack.emulator.control.fault({ path: 'username=first', kind: 'html', status: 404 });
  stack.emulator.control.latency({ pattern: 'username=second', ms: 150 });
  await many([{ username: 'first' }, { username: 'second' }]);
  stack.emulator.control.clearLog();
  await many([{ username: 'third' }]);
  expect(routes()).toEqual(['contactExists']);
});

test('the call is tried again ten minutes after the decision', async () => {
  fault({ kind: 'html', status: 404, times: 1 });
  await many([{ username: 'x' }]);
  await many([{ username: 'x' }]);
  expect(routes()).toEqual(['contactExists', 'contacts', 'contacts']);
  const now = performance.now();
  vi.spyOn(performance, 'now').mockImplementation(() => now + 10 * 60_000 + 1);
  stack.emulator.control.clearLog();
  await many([{ username: 'x' }]);
  expect(routes()).toEqual(['contactExists']);
  vi.restoreAllMocks();
});

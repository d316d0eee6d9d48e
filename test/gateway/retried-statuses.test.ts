// Statuses that refuse the connection or the moment and not the request: a read is sent again, on a new connection.
import { expect, test } from 'vitest';
import { demo } from '../../emulator/demo.ts';
import { startGateway } from '../support/gateway.ts';

const query = `{ contact(by: {cid: "${demo.contactId}"}) { firstName } }`;

test.each([408, 421, 425])('a read that is answered with a %d once is sent again and succeeds', async (status) => {
  const stack = await startGateway({ env: { SWITCHED_OFF: 'cache' } });
  stack.emulator.control.fault({ path: demo.contactId, kind: 'status', status, times: 1 });
  const { data, errors } = await stack.query(query);
  expect([errors, data]).toEqual([[], { contact: { firstName: 'Ada' } }]);
  expect(stack.emulator.control.counts()['contact']).toBe(2);
  await stack.close();
});

test.each([408, 421, 425])(
  'a read that is answered with a %d always ends with an error after three attempts',
  async (status) => {
    const stack = await startGateway({ env: { SWITCHED_OFF: 'cache' } });
    stack.emulator.control.fault({ path: demo.contactId, kind: 'status', status, times: 9 });
    const { errors } = await stack.query(query);
    expect(errors).toMatchObject([
      { extensions: { code: status === 421 ? 'UPSTREAM_BAD_RESPONSE' : 'UPSTREAM_UNAVAILABLE' } },
    ]);
    expect(stack.emulator.control.counts()['contact']).toBe(3);
    await stack.close();
  },
);

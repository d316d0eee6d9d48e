import { afterAll, beforeAll, expect, test } from 'vitest';
import { demo } from '../../emulator/demo.ts';
import { startGateway, type TestGateway } from '../support/gateway.ts';

let stack: TestGateway;
beforeAll(async () => {
  stack = await startGateway({ emulator: { contacts: 50 } });
});
afterAll(() => stack.close());

test('custom attributes are answered as they are stored, nested and with prototype keys, but for integers beyond 2^53, which are texts', async () => {
  const custom =
    '{"n":9007199254740993,"list":[1,{"x":-12345678901234567890}],"__proto__":{"a":null},"text":"\\"é\\""}';
  const body = `{"status":"OK","customer":{"cid":"${demo.contactId}","custom":${custom}}}`;
  stack.emulator.control.fault({ path: demo.contactId, kind: 'body', contentType: 'application/json', body });
  const { text } = await stack.query(`{ contact(by: {cid: "${demo.contactId}"}) { custom } }`);
  const exact = custom.replace(/-?\d{16,}/g, '"$&"');
  expect(text).toBe(`{"data":{"contact":{"custom":${exact}}}}`);
});

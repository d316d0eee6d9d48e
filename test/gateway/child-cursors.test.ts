// Cursors of the lists below a contact are encrypted, and valid for one list of one contact of one organization.
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { demo } from '../../emulator/demo.ts';
import { type Emulator, startEmulator } from '../../emulator/emulator.ts';
import { createAead } from '../../src/crypto/aead.ts';
import { createCursorCipher } from '../../src/crypto/cursor-cipher.ts';
import { startGateway, type TestGateway } from '../support/gateway.ts';

const lists = ['devices', 'accountings', 'events'] as const;
type List = (typeof lists)[number];

let emulator: Emulator;
let stack: TestGateway;
let plain: TestGateway;
let decryptions = 0;
beforeAll(async () => {
  emulator = await startEmulator({ contacts: 50 });
  const cipher = createCursorCipher(createAead([randomBytes(32)], 'cursor'));
  const cursorCipher: typeof cipher = {
    ...cipher,
    decrypt(...args) {
      decryptions += 1;
      return cipher.decrypt(...args);
    },
  };
  stack = await startGateway({ shared: { emulator, cursorCipher } });
  plain = await startGateway({ shared: { emulator, cursorCipher }, env: { ACCELERATORS: 'none' } });
});
beforeEach(() => {
  emulator.control.clearLog();
  decryptions = 0;
});
afterAll(async () => {
  await stack.close();
  await plain.close();
  await emulator.close();
});

const page = (list: List, args: string, cid: string = demo.contactId) =>
  `{ contact(by: {cid: "${cid}"}) { ${list}(${args}) { totalCount edges { cursor } pageInfo { endCursor } } } }`;

async function cursorOf(list: List): Promise<string> {
  const { data, errors } = await stack.query(page(list, 'first: 1'));
  expect(errors).toEqual([]);
  emulator.control.clearLog();
  return data.contact[list].pageInfo.endCursor;
}

test.each(lists)('a cursor of %s can be used on both paths, and contains nothing that can be read', async (list) => {
  const cursor = await cursorOf(list);
  expect(Buffer.from(cursor, 'base64url').toString('latin1')).not.toMatch(/20\d\d-\d|(?:[0-9A-F]{2}-){2}/);
  for (const { query } of [stack, plain]) {
    const { data, errors } = await query(page(list, `first: 1000, after: "${cursor}"`));
    expect(errors).toEqual([]);
    expect(data.contact[list].edges).toHaveLength(data.contact[list].totalCount - 1);
  }
});

test.each(lists)(
  'a cursor of %s is invalid for any other contact, list and text, without a call for it',
  async (list) => {
    const cursor = await cursorOf(list);
    const other = emulator.contacts(demo.organizationId).find(({ cid }) => cid !== demo.contactId)?.cid ?? '';
    const earlierForm = Buffer.from('["2026-01-01T00:00:00.000Z","AA-BB-CC-DD-EE-FF",0]').toString('base64url');
    const uses = [
      [list, cursor, other],
      ...lists.filter((each) => each !== list).map((each) => [each, cursor, demo.contactId] as const),
      ...[`${cursor}A`, cursor.slice(0, -2), earlierForm, 'x', ''].map((text) => [list, text, demo.contactId] as const),
    ] as const;
    for (const [into, text, cid] of uses) {
      for (const { query } of [stack, plain]) {
        emulator.control.clearLog();
        const { data, errors } = await query(page(into, `first: 1, after: ${JSON.stringify(text)}`, cid));
        expect(data).toEqual({ contact: { [into]: null } });
        expect(errors).toMatchObject([{ path: ['contact', into], extensions: { code: 'CURSOR_INVALID' } }]);
        expect(emulator.control.counts()).toMatchObject({ contact: 1, [into]: 0 });
      }
    }
  },
);

test('a cursor in a list of contacts is decrypted once for all rows, and costs no call for those that it is not of', async () => {
  const cursor = await cursorOf('devices');
  const { data, errors } = await stack.query(
    `{ contacts(first: 20, orderBy: null) { nodes { cid devices(first: 1, after: "${cursor}") { totalCount } } } }`,
  );
  const own = data.contacts.nodes.filter(({ devices }: { devices: object | null }) => devices !== null);
  expect(data.contacts.nodes).toHaveLength(20);
  expect(errors).toHaveLength(20 - own.length);
  expect(decryptions).toBe(1);
  expect(emulator.control.counts()).toMatchObject({ devices: own.length });
});

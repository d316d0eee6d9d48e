import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { demo } from '../../emulator/demo.ts';
import { ada, contactsExist, none } from '../support/contact-existence.ts';
import { startGateway, type TestGateway } from '../support/gateway.ts';

/** The kind: a list of keys, of each of which is told whether its contact exists. */

let stack: TestGateway;
beforeAll(async () => {
  stack = await startGateway({ emulator: { contacts: 200 } });
  await stack.query('{ contacts(first: 1) { nodes { cid } } }'); // The login must not be among the calls that the tests count.
});
beforeEach(() => stack.emulator.control.reset());
afterAll(() => stack.close());

const routes = () => stack.emulator.control.calls().map(({ route }) => route);
const many = (by: object[], fields?: string) => contactsExist(stack, by, fields);

describe('contactsExist', () => {
  test('contactsExist answers in the order of the keys, with one call for each distinct key', async () => {
    const by = [
      { cid: 'x' },
      { cid: demo.contactId },
      { email: 'ada.rossi@example.com' },
      { cid: 'x' },
      { username: 'x' },
    ];
    expect((await many(by)).data.contactsExist).toEqual([none, ada, ada, none, none]);
    expect(routes()).toHaveLength(4);
  });

  test('contactsExist and contactExists of one operation share the call of a key', async () => {
    const { data } = await stack.query(
      '{ a: contactsExist(by: [{extId: "e"}]) { exists } b: contactExists(by: {extId: "e"}) c: contactsExist(by: {extId: "e"}) { exists } }',
    );
    expect(data).toEqual({ a: [{ exists: false }], b: false, c: [{ exists: false }] });
    expect(routes()).toEqual(['contactExists']);
  });

  test('contactsExist of 100 keys makes 100 calls, and of none makes no call', async () => {
    const by = stack.emulator
      .contacts()
      .slice(0, 100)
      .map(({ cid }) => ({ cid }));
    expect((await many(by)).data.contactsExist.map(({ cid }: { cid: string }) => ({ cid }))).toEqual(by);
    expect(routes()).toHaveLength(100);
    expect((await many([])).data).toEqual({ contactsExist: [] });
    expect(routes()).toHaveLength(100);
  });

  test('contactsExist makes no call for entries of which no field is selected', async () => {
    expect((await many([{ cid: 'x' }], '__typename')).data.contactsExist).toHaveLength(1);
    expect(routes()).toEqual([]);
  });

  test('contactsExist of 101 keys is refused without an upstream call', async () => {
    const { data, errors } = await many(Array(101).fill({ cid: 'x' }));
    expect(data).toBeNull();
    expect(errors).toMatchObject([{ path: ['contactsExist'], extensions: { code: 'BAD_USER_INPUT', field: ['by'] } }]);
    expect(routes()).toEqual([]);
  });

  test.each([
    [{ cid: '../x' }, ['by', '1', 'cid']],
    [{ id: 'canary' }, ['by', '1', 'id']],
    [{ email: 'canary' }, ['by', '1', 'email']],
    [{ phone: 'canary' }, ['by', '1', 'phone']],
    [{ username: '' }, ['by', '1', 'username']],
    [{ extId: 'x'.repeat(257) }, ['by', '1', 'extId']],
    [{ extProp1: 'a\u0000b' }, ['by', '1', 'extProp1']],
  ])('the invalid key %j has an error of its own, and the other entries stand', async (by, field) => {
    const { data, errors, text } = await many([{ cid: demo.contactId }, by, { cid: 'x' }], 'exists');
    expect(data).toEqual({ contactsExist: [{ exists: true }, { exists: null }, { exists: false }] });
    expect(errors).toMatchObject([
      { path: ['contactsExist', 1, 'exists'], extensions: { code: 'BAD_USER_INPUT', field } },
    ]);
    expect(text).not.toContain('canary');
    expect(routes()).toHaveLength(2);
  });
});

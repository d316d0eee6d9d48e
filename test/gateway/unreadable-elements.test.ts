/*
 * The kind: one element of a list within a contact, or of its events, devices or accountings, cannot be decoded. It is skipped,
 * and reported with the name of its field and the kind of its value; a list that has only such elements is null.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  type AlteredStack,
  type Body,
  startAlteredStack,
  undecodableOf,
} from '../pagination/support/altered-upstream.ts';
import { begin, rowsOf } from '../pagination/support/single-list.ts';
import { unreadableElements } from '../support/unreadable-elements.ts';

let stack: AlteredStack;
beforeAll(async () => {
  stack = await startAlteredStack();
});
beforeEach(async () => {
  stack.alter({});
  await begin(stack, rowsOf(1, 1));
});
afterAll(() => stack.close());

const cid = () => stack.emulator.contacts()[0]?.cid ?? '';
async function query(document: string) {
  const [replica] = stack.replicas;
  if (replica === undefined) throw new Error('There is no replica.');
  return replica.query(document, {});
}
const readContact = (selection: string) => query(`{ contact(by: {cid: "${cid()}"}) { ${selection} } }`);

describe('the lists of one contact', () => {
  const lists = [
    ['events', 'events { totalCount nodes { eventId } }', 'eventId'],
    ['devices', 'devices { totalCount nodes { macAddress } }', 'macAddress'],
    ['accountings', 'accountings { totalCount nodes { accountingId } }', 'accountingId'],
  ] as const;
  const rows = {
    events: ['a', 'b', 'c'].map((id) => ({
      event: { type: 'visit', id },
      when: { createdAt: '2026-01-01T00:00:00Z' },
    })),
    devices: ['a', 'b', 'c'].map((macAddress) => ({ macAddress, lastConnection: '2026-01-01T00:00:00Z' })),
    accountings: ['a', 'b', 'c'].map((id) => ({ id, startAt: '2026-01-01T00:00:00Z' })),
  };

  test.each(lists.flatMap((list) => unreadableElements.map((element) => [...list, ...element] as const)))(
    'the list of %s skips an unreadable element and reports it once: %s %s %j',
    async (name, selection, key, element, _path, kind) => {
      stack.alter({
        other(body, { pathname }) {
          const [a, b, c] = rows[name];
          if (pathname.endsWith(name)) body[name] = [a, element, b, c];
        },
      });
      const { data, errors } = await readContact(`cid ${selection}`);
      expect(errors).toEqual([]);
      expect(data.contact[name].totalCount).toBe(3);
      expect(data.contact[name].nodes.map((node: Body) => node[key])).toEqual(['a', 'b', 'c']);
      expect(undecodableOf(stack)).toEqual({ [name]: { [kind]: 1 } });
    },
  );

  test.each(lists)('the list of %s is an error when it has no readable element', async (name, selection) => {
    stack.alter({
      other(body, { pathname }) {
        if (pathname.endsWith(name)) body[name] = [null, 'secret-value'];
      },
    });
    const { data, errors } = await readContact(`cid ${selection}`);
    expect(data.contact).toEqual({ cid: cid(), [name]: null });
    expect(errors.map(({ extensions }) => extensions['code'])).toEqual(['UPSTREAM_BAD_RESPONSE']);
  });
});

describe('the lists within a contact', () => {
  const selection = 'policies { key accepted } segments { cid name } segmentCids';
  const read = {
    policies: [
      { key: 'a', accepted: true },
      { key: 'b', accepted: false },
    ],
    segments: [
      { cid: 'a', name: 'A' },
      { cid: 'b', name: 'B' },
    ],
    segmentCids: ['a', 'b'],
  };
  const wire = { ...read, policies: read.policies.map(({ key: name, accepted }) => ({ name, accepted })) };
  const insertInto = (name: keyof typeof wire, element: unknown) => {
    const [first, second] = wire[name];
    return { ...wire, [name]: [first, element, second, element] };
  };
  const elements = Object.keys(wire).flatMap((name) =>
    unreadableElements
      .filter(([element]) => name !== 'segmentCids' || typeof element !== 'string')
      .map(([element, , kind]) => [name as keyof typeof wire, element, kind] as const),
  );

  test.each([...elements, ['segmentCids', {}, 'object'] as const])(
    'the list of %s skips and reports an unreadable element, on a page of contacts and on one contact: %j',
    async (name, element, kind) => {
      const contact = { cid: cid(), ...insertInto(name, element) };
      stack.alter({
        page: (body) => void Object.assign(body, { customers: [contact], total: 1, sid: undefined }),
        other: (body) => void Object.assign(body, { customer: contact }),
      });
      // The same field is read through two aliases, and reported as often as it has unreadable elements.
      const page = await query(
        `{ contacts(first: 5) { nodes { ${selection} again: ${name} ${name === 'segmentCids' ? '' : '{ __typename }'} } } }`,
      );
      expect(page.data.contacts.nodes).toMatchObject([read]);
      expect(undecodableOf(stack)).toEqual({ [`customers.${name}`]: { [kind]: 2 } });
      const profile = await readContact(selection);
      expect(profile.data.contact).toEqual(read);
      expect(undecodableOf(stack)).toEqual({ [`customer.${name}`]: { [kind]: 2 } });
    },
  );

  test.each([{}, { name: null }, { name: 5 }, { accepted: true }])(
    'a policy without a readable name is skipped: %j',
    async (policy) => {
      const contact = { cid: 'a', policies: [policy, { name: 'a', accepted: true }] };
      stack.alter({ other: (body) => void Object.assign(body, { customer: contact }) });
      const { data, errors } = await readContact('policies { key }');
      expect({ data, errors }).toEqual({ data: { contact: { policies: [{ key: 'a' }] } }, errors: [] });
    },
  );

  test('a list that has only unreadable elements is null and not an empty list', async () => {
    const contact = { cid: 'a', policies: [null], segments: ['x', 7], segmentCids: [{}] };
    stack.alter({ other: (body) => void Object.assign(body, { customer: contact }) });
    const answer = await readContact(selection);
    expect(answer.data.contact).toEqual({ policies: null, segments: null, segmentCids: null });
  });
});

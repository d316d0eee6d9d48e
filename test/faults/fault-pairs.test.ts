import { afterEach, describe, expect, test } from 'vitest';
import type { FaultRule } from '../../emulator/faults.ts';
import { createTable } from './support/fault-table.ts';
import { type Harness, type Question, startHarness } from './support/harness.ts';
import { byEmail, contact, page, update, updated, wholeContact } from './support/operations.ts';

const table = createTable('Eight faults by five operations');

let harness: Harness;
afterEach(() => harness.close());

/** What a fault comes to: of a read, of a page that is not read twice, of a write. */
type Fault = {
  fault: string;
  rule: FaultRule;
  /** The code, and how its calls end. */
  read: [code: string, ends: Ends];
  scroll: [code: string, ends: Ends] | 'whole';
  write: [code: string, ends: Ends] | 'whole';
};
type Ends = (number | 'left')[];

const unavailable = 'UPSTREAM_UNAVAILABLE';
const late = 'UPSTREAM_TIMEOUT';
const bad = 'UPSTREAM_BAD_RESPONSE';
const unknown = 'OUTCOME_UNKNOWN';
const limited = 'RATE_LIMITED';
const retryable = new Set([unavailable, late, unknown, limited]);

const faults: Fault[] = [
  {
    ...{ fault: 'slow', rule: { kind: 'delay', ms: 600 } },
    ...{ read: [late, ['left', 'left']], scroll: 'whole', write: 'whole' },
  },
  {
    ...{ fault: 'hang in the body', rule: { kind: 'hang-body' } },
    ...{ read: [late, ['left', 'left']], scroll: 'whole', write: [unknown, ['left']] },
  },
  {
    ...{ fault: 'reset', rule: { kind: 'reset' } },
    ...{ read: [unavailable, [0, 0, 0]], scroll: 'whole', write: [unknown, [0]] },
  },
  {
    ...{ fault: '500', rule: { kind: 'status', status: 500 } },
    ...{ read: [unavailable, [500, 500, 500]], scroll: 'whole', write: [unknown, [500]] },
  },
  {
    ...{ fault: '503 with Retry-After', rule: { kind: 'status', status: 503, retryAfter: '1' } },
    ...{ read: [unavailable, [503]], scroll: [unavailable, [503]], write: [unknown, [503]] },
  },
  {
    ...{ fault: '429', rule: { kind: 'status', status: 429, retryAfter: '1' } },
    ...{ read: [limited, [429]], scroll: [limited, [429]], write: [limited, [429]] },
  },
  {
    ...{ fault: 'invalid JSON', rule: { kind: 'invalid-json' } },
    ...{ read: [bad, [200]], scroll: [bad, [200]], write: [unknown, [200]] },
  },
  {
    ...{ fault: 'KO in a 200', rule: { kind: 'ko' } },
    ...{ read: [bad, [200]], scroll: [bad, [200]], write: [unknown, [200]] },
  },
];

const told = (path: string, code: string) => [
  { path, code, retryable: retryable.has(code), ...(code === limited && { retryAfter: expect.any(Number) }) },
];

describe.each(faults)('$fault', ({ fault, rule, read, scroll, write }) => {
  /** Asks while the fault lasts, for all calls to `path`. */
  async function askDuring(operation: string, path: string, question: Question) {
    harness.fault({ ...rule, path, times: Number.POSITIVE_INFINITY });
    const answer = await harness.ask(question);
    const calls = await harness.calls();
    table.add(operation, fault, answer, calls);
    return { data: answer.data, errors: withoutWait(answer.errors), calls };
  }

  test('of one branch leaves the contact and its other branches whole', async () => {
    harness = await startHarness();
    const [code, events] = read;
    expect(await askDuring('contact', '/events$', contact)).toEqual({
      data: { contact: { ...wholeContact.contact, events: null } },
      errors: told('contact.events', code),
      calls: { contact: [200], devices: [200], accountings: [200], events },
    });
    await harness.recover(contact, wholeContact);
  });

  test.each([
    ['page', 'contacts', '/organizations/', page()],
    ['by e-mail', 'contact', 'email=', byEmail],
  ])('of a list is no empty one (%s)', async (operation, field, path, question) => {
    harness = await startHarness();
    const [code, contacts] = read;
    const expected = { data: { [field]: null }, errors: told(field, code), calls: { contacts } };
    expect(await askDuring(operation, path, question)).toEqual(expected);
    await harness.recover(contact, wholeContact);
  });

  test('of the next page of a scroll loses no row and is no end', async () => {
    harness = await startHarness();
    const first = await harness.ask(page());
    const { endCursor } = first.data.contacts.pageInfo;
    await harness.calls();
    const second = await askDuring('next page', 'sid=', page(endCursor));
    if (scroll === 'whole') {
      expect(second).toMatchObject({ errors: [], calls: { contacts: [expect.anything(), 200] } });
    } else {
      const [code, contacts] = scroll;
      expect(second).toEqual({ data: { contacts: null }, errors: told('contacts', code), calls: { contacts } });
    }
    await harness.recover(contact, wholeContact);
    const again = await harness.ask(page(endCursor));
    if (scroll === 'whole') expect(again.data).toMatchObject({ contacts: { nodes: second.data.contacts.nodes } });
    const rows = [...first.data.contacts.nodes, ...again.data.contacts.nodes].map(({ cid }: { cid: string }) => cid);
    expect(rows).toEqual(oldest(rows.length));
  });

  test('of a write is told as what it is, and the write is not sent twice', async () => {
    harness = await startHarness();
    const expected =
      write === 'whole'
        ? { data: updated, errors: [], calls: { updateContact: [200] } }
        : {
            data: { updateContact: null },
            errors: told('updateContact', write[0]),
            calls: { updateContact: write[1] },
          };
    expect(await askDuring('update', '/v3/customers/', update)).toEqual(expected);
    await harness.recover(contact, wholeContact);
  });
});

/** A 503 tells its Retry-After, too, of a read; that is not what these tests are about. */
function withoutWait(errors: readonly { path: string; code: unknown; retryable: unknown; retryAfter?: unknown }[]) {
  return errors.map(({ retryAfter, ...error }) => (error.code === limited ? { ...error, retryAfter } : error));
}

/** The cids of the contacts that were created first. */
function oldest(count: number): string[] {
  const rows = harness.emulator.contacts().toSorted((a, b) => String(a.created).localeCompare(String(b.created)));
  return rows.slice(0, count).map(({ cid }) => cid);
}

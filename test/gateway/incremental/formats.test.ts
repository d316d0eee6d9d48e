import { describe, expect, test } from 'vitest';
import { demo } from '../../../emulator/demo.ts';
import { allParts, current, legacy, paths, startDelivering } from '../../support/parts.ts';

const query = `{ contact(by: {cid: "${demo.contactId}"}) {
  cid
  segments @stream(initialCount: 1, label: "more") { name }
  ... @defer(label: "devices") { devices { totalCount } }
} }`;
const first = { contact: { cid: demo.contactId, segments: [{ name: 'Regulars' }] } };
const devices = { devices: { totalCount: 3 } };
const segment = { name: 'VIP' };
const whole = { contact: { ...first.contact, segments: [{ name: 'Regulars' }, segment], ...devices } };

/** What the current format announces, delivers and completes. */
const currentEntries = [
  { pending: { path: ['contact'], label: 'devices' }, data: devices },
  { pending: { path: ['contact', 'segments'], label: 'more' }, items: [segment] },
];
const legacyEntries = [
  { path: ['contact'], label: 'devices', data: devices },
  { path: ['contact', 'segments', 1], label: 'more', items: [segment] },
];

describe.each(paths)('on %s', (_path, env) => {
  test.each([
    [current, 'multipart/mixed; boundary="-"; incrementalSpec=v0.2'],
    ['text/event-stream;incrementalSpec=v0.2', 'text/event-stream; charset=utf-8; incrementalSpec=v0.2'],
  ])('a client that accepts %s gets the current format', async (accept, type) => {
    const { send, control } = await startDelivering(env);
    const { status, headers, parts } = await send(query, { accept });
    expect([status, headers.get('content-type')]).toEqual([200, type]);
    const [start, ...rest] = await allParts(parts);
    expect(start).toMatchObject({ data: first, hasNext: true });
    const pending = start?.pending ?? [];
    const entries = rest.flatMap(({ incremental = [] }) => incremental);
    const named = entries.map(({ id, ...entry }) => {
      const { id: _, ...announced } = pending.find((each) => each.id === id) ?? { id };
      return { pending: announced, ...entry };
    });
    expect(named).toHaveLength(2);
    expect(named).toEqual(expect.arrayContaining(currentEntries));
    const completed = rest.flatMap(({ completed = [] }) => completed);
    expect(completed.map(({ id }) => id).sort()).toEqual(pending.map(({ id }) => id).sort());
    expect(rest.map(({ hasNext }) => hasNext)).toEqual([...rest.slice(1).map(() => true), false]);
    expect(control.calls()).toHaveLength(2);
  });

  test.each([
    [legacy, 'multipart/mixed; boundary="-"; deferSpec=20220824'],
    ['multipart/mixed, application/json', 'multipart/mixed; boundary="-"'],
    ['text/event-stream', 'text/event-stream; charset=utf-8'],
  ])('a client that accepts %s gets the format of 2022', async (accept, type) => {
    const { send, control } = await startDelivering(env);
    const { status, headers, parts } = await send(query, { accept });
    expect([status, headers.get('content-type')]).toEqual([200, type]);
    const [start, ...rest] = await allParts(parts);
    expect(start).toEqual({ data: first, hasNext: true });
    const entries = rest.flatMap(({ incremental = [] }) => incremental);
    expect(entries).toHaveLength(2);
    expect(entries).toEqual(expect.arrayContaining(legacyEntries));
    expect(rest.map(({ hasNext }) => hasNext)).toEqual([...rest.slice(1).map(() => true), false]);
    expect(control.calls()).toHaveLength(2);
  });

  test.each([
    'application/json',
    '*/*',
    'application/json, multipart/mixed;q=0.9',
    'multipart/mixed;deferSpec=1, application/json',
    'multipart/mixed;incrementalSpec=v0.1, application/json',
    'multipart/mixed;q=0, application/json',
    'multipart/*, application/json',
  ])('a client that accepts %s gets the whole answer', async (accept) => {
    const { send, control } = await startDelivering(env);
    for (const _ of [1, 2]) {
      const { status, headers, parts } = await send(query, { accept });
      expect([status, headers.get('content-type')]).toEqual([200, 'application/json; charset=utf-8']);
      expect(await allParts(parts)).toEqual([{ data: whole }]);
    }
    expect(control.calls()).toHaveLength(4);
  });

  test('a document without the directives is answered with JSON, also for a client that accepts parts', async () => {
    const { send } = await startDelivering(env);
    const { headers, parts } = await send('{ viewer { __typename } }', { accept: `application/json, ${legacy}` });
    expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(await allParts(parts)).toEqual([{ data: { viewer: { __typename: 'Viewer' } } }]);
  });

  test('a fragment whose @defer is off by a variable is in the first part', async () => {
    const { send } = await startDelivering(env);
    const document = `query ($d: Boolean!) { contact(by: {cid: "${demo.contactId}"}) { cid ... @defer(if: $d) { devices { totalCount } } } }`;
    const { parts } = await send(document, { variables: { d: false } });
    expect(await allParts(parts)).toEqual([{ data: { contact: { cid: demo.contactId, ...devices } } }]);
    const deferred = await send(document, { variables: { d: true } });
    expect((await allParts(deferred.parts))[0]?.data).toEqual({ contact: { cid: demo.contactId } });
  });
});

import { expect, test } from 'vitest';
import { undecodable } from '../../../src/upstream/decode/fields.ts';
import { type ContactEvent, eventRow } from '../../../src/upstream/endpoints/event.ts';
import { eventTypes, payload } from '../../../src/upstream/wire/index.ts';
import { recordPaths } from '../../support/reporter.ts';

/** One event that is decoded from the wire, and the paths that are reported about it. */
async function eventOf(wire: unknown): Promise<{ event: ContactEvent; paths: string[] }> {
  const { paths, ...reporter } = recordPaths();
  const event = eventRow(wire, reporter, payload.events);
  if (event === undecodable) throw new Error('no event');
  return { event, paths };
}

test.each(eventTypes)('an event of type %s has that kind', async (type) => {
  const { event, paths } = await eventOf({ event: { type } });
  expect([event.kind, event.type, paths]).toEqual([type, type, []]);
});

const unknownTypes = ['teleport', 'LOGIN', ' login', '', '__proto__', 'constructor', 'toString', 'unknown'];

test.each([
  ...unknownTypes.map((type) => JSON.stringify({ event: { type } })),
  ...['{}', '{"event": null}', '{"event": {}}', '{"event": {"type": null}}', '{"event": {"id": "login"}}'],
])('an event without a known type, %s, has the kind unknown and is not reported', async (text) => {
  const { event, paths } = await eventOf(JSON.parse(text));
  expect([event.kind, event.kind]).toEqual(['unknown', 'unknown']);
  expect(event.type ?? null).toBe(JSON.parse(text).event?.type || null);
  expect(paths).toEqual([]);
});

test.each([
  ['{"event": {"type": 5}}', 'type'],
  ['{"event": {"type": ["login"]}}', 'type'],
  ['{"event": {"type": {"toString": "login"}}}', 'type'],
  ['{"event": {"type": true}}', 'type'],
  ['{"event": "login"}', ''],
  ['{"event": ["login"]}', ''],
  ['{"event": 5}', ''],
])(
  'an event whose type is not a string, %s, has the kind unknown, and reading its type reports it',
  async (text, path) => {
    const { event, paths } = await eventOf(JSON.parse(text));
    expect(event.kind).toBe('unknown');
    expect(paths).toEqual([]);
    expect([event.type, event.type, event.kind]).toEqual([null, null, 'unknown']);
    expect(paths).toEqual([[payload.events, 'event', ...(path ? [path] : [])].join('.')]);
  },
);

test('a type inside a __proto__ key of the wire is not the type of the event', async () => {
  const inherited = JSON.parse('{"event": {"__proto__": {"type": "login"}}}');
  expect((await eventOf(inherited)).event.kind).toBe('unknown');
});

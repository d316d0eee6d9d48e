import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { demo } from '../../emulator/demo.ts';
import { edge } from '../../emulator/edge-cases.ts';
import { startGateway, type TestGateway } from '../support/gateway.ts';

let stack: TestGateway;
beforeAll(async () => {
  stack = await startGateway();
});
beforeEach(() => stack.emulator.control.reset());
afterAll(() => stack.close());

type Event = { __typename: string; type: string; occurredAt: string | null };

async function events(cid: string, args = 'first: 1000', fields = '') {
  const { data, errors } = await stack.query(`{ contact(by: {cid: "${cid}"}) {
    events(${args}) { totalCount nodes { __typename type occurredAt ${fields} } pageInfo { hasNextPage endCursor } }
  } }`);
  return {
    errors,
    ...(data.contact?.events as {
      totalCount: number;
      nodes: Event[];
      pageInfo: { hasNextPage: boolean; endCursor: string };
    }),
  };
}

describe('the events of a contact', () => {
  test('events have one GraphQL type for each kind, and the newest comes first', async () => {
    const { nodes, errors } = await events(demo.contactId);
    expect(errors).toEqual([]);
    const kinds = Object.fromEntries(nodes.map(({ type, __typename }) => [type, __typename]));
    expect(kinds).toMatchObject({
      VISIT: 'VisitEvent',
      LOGIN: 'LoginEvent',
      SIGNUP: 'SignupEvent',
      OPEN_EMAIL: 'EmailOpenedEvent',
    });
    expect(Object.keys(kinds)).toHaveLength(15);
    const times = nodes.map(({ occurredAt }) => occurredAt);
    expect(times).toEqual([...times].sort().reverse());
  });

  test('events have the fields of their kind', async () => {
    const { nodes, errors } = await events(
      demo.contactId,
      'first: 1000',
      `
      eventId occurredAtLocal timezone locationId locationName hotspotId
      ... on SignupEvent { source } ... on VisitEvent { startedAt durationSeconds } ... on LoginEvent { seconds: durationSeconds }
      ... on EmailSentEvent { campaign { campaignId campaignName } communicationId channel address }
      ... on SmsSentEvent { campaign { campaignName } phone prefix } ... on SurveyEvent { campaign { campaignName } }`,
    );
    expect(errors).toEqual([]);
    const of = (type: string) => nodes.find((event) => event.type === type);
    expect(of('SIGNUP')).toMatchObject({ source: expect.any(String) });
    expect(of('VISIT')).toMatchObject({ startedAt: expect.any(String), durationSeconds: expect.any(Number) });
    expect(of('SEND_EMAIL')).toMatchObject({
      campaign: { campaignName: expect.any(String) },
      address: 'ada.rossi@example.com',
    });
    expect(of('SEND_SMS')).toMatchObject({ phone: expect.any(String), prefix: expect.any(String) });
    expect(of('SURVEY')).toMatchObject({ campaign: { campaignName: expect.any(String) } });
    expect(nodes[0]).toMatchObject({
      occurredAtLocal: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/),
      timezone: expect.any(String),
    });
  });

  test('events are filtered by kind', async () => {
    const { nodes, totalCount } = await events(demo.contactId, 'first: 1000, types: [LOGIN, SIGNUP]');
    expect(new Set(nodes.map(({ type }) => type))).toEqual(new Set(['LOGIN', 'SIGNUP']));
    expect(totalCount).toBe(nodes.length);
    expect((await events(demo.contactId, 'first: 10, types: []')).totalCount).toBe(0);
  });

  test('events are filtered by time, with since inclusive and until exclusive', async () => {
    const { nodes } = await events(demo.contactId);
    const [newest, oldest] = [nodes[5]?.occurredAt, nodes[9]?.occurredAt];
    const found = await events(demo.contactId, `first: 1000, since: "${oldest}", until: "${newest}"`);
    expect(found.nodes).toEqual(
      nodes.filter(({ occurredAt }) => (occurredAt ?? '') >= (oldest ?? '') && (occurredAt ?? '') < (newest ?? '')),
    );
    expect(found.nodes.length).toBeGreaterThan(0);
  });

  test('paging through the events of a contact returns each event once', async () => {
    const whole = await events(edge.manyEvents);
    const paged: Event[] = [];
    let after = '';
    for (;;) {
      const { nodes, pageInfo } = await events(edge.manyEvents, `first: 97${after && `, after: "${after}"`}`);
      paged.push(...nodes);
      if (!pageInfo.hasNextPage) break;
      after = pageInfo.endCursor;
    }
    expect(paged).toEqual(whole.nodes);
    expect(paged).toHaveLength(640);
  });

  test('an event of an unknown kind is an UnknownEvent with the name of its kind', async () => {
    const { nodes, errors } = await events(
      edge.unknownEvents,
      'first: 100, types: [UNKNOWN]',
      '... on UnknownEvent { typeName }',
    );
    expect(errors).toEqual([]);
    const names = nodes.map((event) => (event as Event & { typeName: string | null }).typeName);
    expect(new Set(names)).toEqual(new Set(['teleport', null, 'LOGIN', '__typename', 'constructor']));
    expect(new Set(nodes.map(({ __typename }) => __typename))).toEqual(new Set(['UnknownEvent']));
  });

  test('an event without the details of its kind has nulls instead of errors', async () => {
    const { totalCount, nodes, errors } = await events(
      edge.halfEvents,
      'first: 100',
      'eventId locationName timezone ... on VisitEvent { durationSeconds }',
    );
    expect(errors).toEqual([]);
    expect(totalCount).toBe(14);
    const times = nodes.map(({ occurredAt }) => occurredAt ?? '');
    expect(times).toEqual([...times].sort().reverse()); // Events without a time come last.
    expect(times.at(-1)).toBe('');
  });

  test('a contact without events has an empty page', async () => {
    expect(await events(edge.noEvents)).toMatchObject({
      totalCount: 0,
      nodes: [],
      pageInfo: { hasNextPage: false, endCursor: null },
    });
  });

  test.each([
    'first: 0',
    'first: 1001',
    'first: null',
    'after: "nonsense"',
    'since: "2026-01-02T00:00:00Z", until: "2026-01-01T00:00:00Z"',
    'since: "2026-01-01T00:00:00Z", until: "2026-01-01T00:00:00Z"',
  ])('the arguments %s of events are refused', async (args) => {
    const { errors } = await events(demo.contactId, args);
    expect(errors[0]?.extensions['code']).toMatch(/^(BAD_USER_INPUT|CURSOR_INVALID)$/);
  });
});

/*
 * The kind: the upstream is wrong about a list of events (its counts, its end, its scroll ids, the order of events of one
 * time), or loses its scrolls. Each event comes once, or there is an error, and never a quiet end.
 */
import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createAead } from '../../src/crypto/aead.ts';
import { type RedisServer, startRedis } from '../support/redis.ts';
import { type AlteredStack, type Body, startAlteredStack } from './support/altered-upstream.ts';
import { valkeyStore } from './support/replicas.ts';
import { newLocalStore, type Stack, startStack } from './support/stack.ts';

let redis: RedisServer;
let altered: AlteredStack;
/** Two replicas with the same cursor keys: with a store for each, and with a Valkey server. */
let apart: Stack;
let together: Stack;
beforeAll(async () => {
  redis = await startRedis();
  altered = await startAlteredStack();
  apart = await startStack({ replicas: 2, storeOf: newLocalStore });
  const aead = createAead([randomBytes(32)], 'scroll-session');
  together = await startStack({ replicas: 2, storeOf: () => valkeyStore(redis, aead) });
});
beforeEach(() => altered.alter({}));
afterAll(async () => {
  for (const stack of [altered, apart, together]) await stack.close();
  await redis.close();
});

/** Gives three contacts events in turn, of which some have the same second. Returns the ids of all of them. */
function giveEvents({ emulator }: Stack, seconds: readonly number[]): string[] {
  for (const { cid } of emulator.contacts()) emulator.remove(cid);
  const cids = [0, 1, 2].map(() => emulator.insert().cid);
  for (const [n, cid] of cids.entries()) {
    const rows = seconds.map((second, index) => {
      const createdAt = new Date(Date.UTC(2026, 0, 1) + second * 1000).toISOString().replace('.000', '');
      return { customerId: cid, event: { type: 'visit', id: `e${index}` }, when: { createdAt } };
    });
    emulator.setEvents(
      cid,
      rows.filter((_, index) => index % 3 === n),
    );
  }
  return seconds.map((_, index) => `e${index}`).toSorted();
}

const document = `query ($first: Int, $after: String, $orderBy: EventOrder) {
  organization { events(first: $first, after: $after, orderBy: $orderBy) { nodes { eventId } pageInfo { hasNextPage endCursor } } }
}`;

type EventPage = {
  nodes: { eventId: string }[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
};
type Reading = { ids: string[]; code: unknown };
type Options = { size: number; direction?: 'ASC' | 'DESC'; between?: () => Promise<unknown> };

/** Reads the list to its end or up to an error, each page through the next replica. */
async function readAll({ replicas }: Stack, { size, direction = 'DESC', between }: Options): Promise<Reading> {
  const ids: string[] = [];
  const orderBy = { field: 'OCCURRED_AT', direction };
  for (let after: string | null = null, read = 0; read < 200; read += 1) {
    const replica: Stack['replicas'][number] | undefined = replicas[read % replicas.length];
    const answer: Awaited<ReturnType<NonNullable<typeof replica>['query']>> | undefined = await replica?.query(
      document,
      {
        ...{ first: size, after, orderBy },
      },
    );
    const [error] = answer?.errors ?? [];
    if (error !== undefined) return { ids, code: error.extensions['code'] };
    const page: EventPage | undefined = answer?.data.organization.events;
    if (page === undefined) throw new Error('There is no page.');
    const { nodes, pageInfo }: EventPage = page;
    ids.push(...nodes.map(({ eventId }) => eventId));
    if (!pageInfo.hasNextPage) return { ids, code: undefined };
    after = pageInfo.endCursor ?? after;
    await between?.();
  }
  throw new Error('The list has no end.');
}

const seconds = Array.from({ length: 25 }, (_, index) => Math.floor(index / 4));

describe.each([
  ['a store for each', () => apart],
  ['a common store in Valkey', () => together],
] as const)('two replicas with %s', (_, stackOf) => {
  test.each(['ASC', 'DESC'] as const)(
    'each event comes once, also after the scrolls are lost (%s)',
    async (direction) => {
      const stack = stackOf();
      stack.emulator.control.reset();
      const all = giveEvents(stack, seconds);
      const lose = async () => stack.emulator.control.dropScrolls();
      for (const between of [undefined, lose]) {
        const { ids, code } = await readAll(stack, { size: 6, direction, ...(between && { between }) });
        expect([code, ids.toSorted()]).toEqual([undefined, all]);
      }
    },
  );
});

test('a scroll id that is no text is an error, and a scroll that repeats its page is opened again', async () => {
  const all = giveEvents(altered, seconds);
  altered.alter({ page: (body) => void Object.assign(body, { scrollId: 5 }) });
  expect(await readAll(altered, { size: 6 })).toEqual({ ids: [], code: 'UPSTREAM_BAD_RESPONSE' });
  altered.alter({});
  altered.emulator.control.scrolls({ loop: true });
  const { ids, code } = await readAll(altered, { size: 20 });
  expect([code, ids.toSorted()]).toEqual([undefined, all]);
  altered.emulator.control.reset();
});

/** The fields of the body that are false, by the number of rows of the page and the number of the page. */
type Lie = (rows: number, nth: number) => Body;

const lies: Record<string, Lie> = {
  'no total': () => ({}),
  'a count of zero': () => ({ count: 0 }),
  'a total that is the size of the page': (rows) => ({ total: rows }),
  'a total of 7': () => ({ total: 7 }),
  'a total that is too large': () => ({ total: 10_000_000 }),
  'another total on each page': (_, nth) => ({ total: 5 + nth * 3 }),
  'a total that is a text': () => ({ total: 'many' }),
};

test('whatever the upstream states, each event comes once, or there is an error', async () => {
  const world = fc.record({
    seconds: fc.array(fc.nat(12), { maxLength: 40 }),
    size: fc.integer({ min: 1, max: 15 }),
    direction: fc.constantFrom('ASC' as const, 'DESC' as const),
    maxRows: fc.option(fc.integer({ min: 1, max: 9 }), { nil: undefined }),
    end: fc.constantFrom('empty-page' as const, 'no-sid' as const),
    lies: fc.array(fc.constantFrom(...Object.keys(lies)), { minLength: 1, maxLength: 4 }),
    shuffleTies: fc.boolean(),
    loses: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(world, async ({ seconds, size, direction, maxRows, end, lies: names, shuffleTies, loses }) => {
      const { emulator } = altered;
      emulator.control.reset();
      const all = giveEvents(altered, seconds);
      await altered.loseStores();
      emulator.control.scrolls({ end });
      emulator.control.events({ shuffleTies });
      altered.alter({
        ...(maxRows === undefined ? {} : { maxRows }),
        page: (body, nth) => {
          const rows = (body['events'] as unknown[]).length;
          Object.assign(body, lies[names[nth % names.length] ?? '']?.(rows, nth));
        },
      });
      const between = async () => {
        if (!loses) return;
        emulator.control.dropScrolls();
        await altered.loseStores();
      };
      const { ids, code } = await readAll(altered, { size, direction, between });
      expect(new Set(ids).size).toBe(ids.length);
      if (code === undefined) expect(ids.toSorted()).toEqual(all);
      else expect(['UPSTREAM_BAD_RESPONSE', 'CURSOR_EXPIRED']).toContain(code);
      if (code === 'CURSOR_EXPIRED') expect(shuffleTies && loses).toBe(true);
    }),
    { numRuns: 60 },
  );
}, 120_000);

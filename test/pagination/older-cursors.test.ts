import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAead } from '../../src/crypto/aead.ts';
import { createCursorCipher } from '../../src/crypto/cursor-cipher.ts';
import { decodePosition, encodePosition } from '../../src/model.ts';
import { ask, begin, byCreation, byName, expectedOf, rowsOf } from './support/single-list.ts';
import { type Stack, startStack } from './support/stack.ts';

/** Cursors after the tenth row, which commit 497a48b returned for the same contacts with the same key. */
const olderCursors = {
  byCreation:
    'AWQtVMMoTCtOIvlWj6WsVDkNPNSBPsUBc0yhye2I7w6FA_IJp1T09zB0Dkk6j_QPA7AwWC-hypv2yFv6wRjzqXS2jz_2OkFCdZ9SiBGZB6hYvY5Ahe1XyvwZUNzLxtPKDsZ4mWaJozuVBrjhxF2AuO-tNlM8gj0W8k4VB0Z1XZur2kz08-cDswKHNKoGjz5GMiNRuUYge9vtR1P5KwtGBrlmxEp_z3UaT6a5Ayumcg6H_aK1LgXW3QjA0LsuRPDYYj5aBLSeROvjXmToSDYPPeH4M8XJMYDE6Gw6Fyt-Am48Exb0GRsHjAUV4mbn7tFXW5EEe71A9g_WMsrwrHJxT2X-qjyk7DaTBw7nEEj9aQ1YrMBs-zA6rkb6jiKF6i9QgIfarE81XV6n-jP9kH-n6avgkN1z5s8iMCDXkAvZSOYQSoNAPSlyA-RwIo6ihaHlL9u4B4fgIt-uoGRh-3sBp2Aft4s98WXXwGrF_Hk1P4vJ9TojCk8bQw5mLK7gagIozrrOyOWd',
  byName:
    'AS-Che9x5FR6EJcCeNgnXKwRoE2NU-JePE56okTI8gXZu3vmXhibDoNBr3xWQ-MRkGfzwQ_2k-37qPyHJZmdhUSdnygqb5zY-JAqdr_FbuDTX1vwDoMrE8DeVNrnpNYY6gGjaTyUqj9d1y0wLjzpFeaF6EjxhWvwzXYDu5dTAARWr-GRBecVdlFgzA4YZ5hmB5ixFSSC2aFZqVhZ21j8RIPARpN8udwheavizbz5SA6ofwTZCAkK_zIVptHqZ0HomhYHlrO-oM5Nd1mDkqNog196m3NxO8Voz0wKAkuuIqCoLA',
};

let stack: Stack;

beforeAll(async () => {
  const cipher = createCursorCipher(createAead([Buffer.alloc(32, 7)], 'cursor'));
  stack = await startStack({ ciphers: [cipher] });
  await begin(stack, rowsOf(50, 5));
});
afterAll(() => stack.close());

test.each([
  ['by time', byCreation(), olderCursors.byCreation],
  ['by name', byName, olderCursors.byName],
])('a cursor that an older release returned still opens its position in a list %s', async (_order, list, cursor) => {
  const expected = expectedOf(stack, list);
  const next = await ask(stack, list, { first: 7, after: cursor });
  expect(next.cids).toEqual(expected.slice(10, 17));
  const previous = await ask(stack, list, { last: 4, before: cursor });
  expect(previous.cids).toEqual(expected.slice(5, 9));
});

test('the content of a cursor has the names that older releases read and write', () => {
  const row = { walk: 'id', rank: 2, value: '2026-01-01T00:00:00Z', recent: ['a', 'b'], ties: 2 };
  const content = { ...row, digest: 7, total: 50, openedAt: '2026-02-01T00:00:00Z' };
  expect(encodePosition(decodePosition(content))).toEqual(content);
  expect(decodePosition(content)).toMatchObject({ scrollSessionId: 'id', recentIds: ['a', 'b'], tiedRows: 2 });
});

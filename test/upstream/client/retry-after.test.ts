/** Kind: `Retry-After` in every spelling. A wrong or far time is neither obeyed nor passed on to clients as it is. */
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { RateLimited, UpstreamUnavailable } from '../../../src/errors.ts';
import { parseHttpDate } from '../../../src/http-message/http-date.ts';
import { maxRetryAfter, parseRetryAfter } from '../../../src/http-message/retry-after.ts';
import { type ResponderClient, startResponderClient } from '../../support/responder-client.ts';

const now = Date.UTC(2026, 0, 1);
const none = undefined;

/** [value of the header, seconds that are obeyed and told] */
const values: [string | string[] | undefined, number | undefined][] = [
  // Seconds.
  ['1', 1],
  ['120', 120],
  ['0120', 120],
  ['00000000000000000000000000000007', 7],
  [' 7 ', 7],
  ['\t7\t', 7],
  ['300', 300],
  ['301', maxRetryAfter],
  ['3600', maxRetryAfter],
  ['86400', maxRetryAfter],
  ['1000000000', maxRetryAfter],
  ['1767225600', maxRetryAfter], // a time in seconds since 1970 instead of a waiting time
  ['9'.repeat(400), maxRetryAfter],
  // Fractions, rounded up.
  ['0.2', 1],
  ['1.0', 1],
  ['1.5', 2],
  ['2.000001', 3],
  ['7.', 7],
  ['299.5', 300],
  // No waiting time.
  ['0', none],
  ['000', none],
  ['0.0', none],
  ['', none],
  [' ', none],
  [undefined, none],
  [[], none],
  ...[
    '-1',
    '-5',
    '+5',
    '-0',
    '1e9',
    '1E3',
    '0x10',
    '1_000',
    '1,5',
    '5, 10',
    '5;',
    '5s',
    '5 s',
    'PT5S',
    '٥',
    '5\u00a0',
  ].map((text): [string, undefined] => [text, none]),
  ...['.5', '1.2.3', 'soon', 'NaN', 'Infinity', 'null', 'true', '"5"', '[5]'].map((text): [string, undefined] => [
    text,
    none,
  ]),
  // Several headers: the longest time counts, and what is no time does not.
  [['5', '7'], 7],
  [['7', '5'], 7],
  [['7', '7'], 7],
  [['soon', '7'], 7],
  [['-1', '0'], none],
  [['5', 'Thu, 01 Jan 2026 00:00:30 GMT'], 30],
  // The three formats of a date.
  ['Thu, 01 Jan 2026 00:00:30 GMT', 30],
  ['Thursday, 01-Jan-26 00:00:30 GMT', 30],
  ['Thu Jan  1 00:00:30 2026', 30],
  ['Thu Jan 01 00:00:30 2026', 30],
  ['thu, 01 jan 2026 00:00:30 gmt', 30],
  ['Fri, 01 Jan 2026 00:00:30 GMT', 30], // the name of the day says nothing more
  ['Thu, 01 Jan 2026 00:00:60 GMT', 60], // a leap second
  ['Thu, 01 Jan 2026 00:05:01 GMT', maxRetryAfter],
  ['Fri, 02 Jan 2026 00:00:00 GMT', maxRetryAfter],
  ['Fri, 31 Dec 9999 23:59:59 GMT', maxRetryAfter],
  ['Sunday, 31-Dec-75 23:59:59 GMT', maxRetryAfter], // 2075
  ['Friday, 31-Dec-77 23:59:59 GMT', none], // 1977
  // Dates that are over.
  ['Thu, 01 Jan 2026 00:00:00 GMT', none],
  ['Wed, 31 Dec 2025 23:59:59 GMT', none],
  ['Sunday, 06-Nov-94 08:49:37 GMT', none],
  ['Sun Nov  6 08:49:37 1994', none],
  ['Thu, 01 Jan 1970 00:00:00 GMT', none],
  // What is no date of HTTP, although `Date.parse` reads most of it.
  ...[
    'Thu, 32 Jan 2026 00:00:30 GMT',
    'Tue, 31 Feb 2026 00:00:30 GMT',
    'Thu, 00 Jan 2026 00:00:30 GMT',
    'Thu, 01 Jan 2026 24:00:30 GMT',
    'Thu, 01 Jan 2026 00:60:30 GMT',
    'Thu, 01 Jan 2026 00:00:61 GMT',
    'Thu, 1 Jan 2026 00:00:30 GMT',
    'Thu, 01 Jan 26 00:00:30 GMT',
    'Thu, 01 Foo 2026 00:00:30 GMT',
    'Foo, 01 Jan 2026 00:00:30 GMT',
    'Thu, 01 Jan 2026 00:00:30',
    'Thu, 01 Jan 2026 00:00:30 EST',
    'Thu, 01 Jan 2026 00:00:30 +0000',
    'Thu 01 Jan 2026 00:00:30 GMT',
    '2026-01-01T00:00:30Z',
    '2026-01-01',
    '01/01/2026',
    'January 1, 2026',
    'tomorrow',
  ].map((text): [string, undefined] => [text, none]),
];

describe('the gateway parses Retry-After strictly', () => {
  test.each(values)('a Retry-After header of %j means %j seconds', (value, seconds) => {
    expect(parseRetryAfter(value, now)).toBe(seconds);
  });

  test('any text in Retry-After means a whole number of seconds from 1 to the maximum, or no time', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.double().map(String), fc.date().map(String)), (text) => {
        const seconds = parseRetryAfter(text);
        return seconds === undefined || (Number.isInteger(seconds) && seconds >= 1 && seconds <= maxRetryAfter);
      }),
    );
  });

  test('a date in Retry-After is parsed in all three formats, independent of the time zone of the process', () => {
    const zone = process.env['TZ'];
    try {
      for (const name of ['UTC', 'America/New_York', 'Asia/Kolkata']) {
        process.env['TZ'] = name;
        const date = new Date(now + 30_000);
        const [, day, month, year, time] = date.toUTCString().split(/[ ,]+/);
        const asctime = `Thu ${month} ${day?.replace(/^0/, ' ')} ${time} ${year}`;
        for (const text of [date.toUTCString(), `Thursday, ${day}-${month}-26 ${time} GMT`, asctime]) {
          expect(parseHttpDate(text, now)).toBe(date.getTime());
        }
      }
    } finally {
      if (zone === undefined) delete process.env['TZ'];
      else process.env['TZ'] = zone;
    }
  });
});

describe('a response with Retry-After has an error with retryAfter', () => {
  let stack: ResponderClient;
  beforeAll(async () => {
    stack = await startResponderClient();
  });
  afterEach(() => {
    stack.upstream.requests.length = 0;
  });
  afterAll(() => stack.close());

  async function errorAfter(status: number, lines: readonly string[]): Promise<RateLimited | UpstreamUnavailable> {
    const body = '{"status":"KO"}';
    const head = [`HTTP/1.1 ${status} x`, ...lines, `content-length: ${body.length}`];
    stack.upstream.respondWith(`${head.join('\r\n')}\r\n\r\n${body}`);
    const error = await stack.send();
    expect(error).toBeInstanceOf(Error);
    return error as RateLimited | UpstreamUnavailable;
  }

  test.each([429, 500, 503])('the error of a %i has the seconds of its Retry-After', async (status) => {
    for (const [lines, seconds] of [
      [['Retry-After: 7'], 7],
      [['retry-after:7'], 7],
      [['RETRY-AFTER:   7   '], 7],
      [['Retry-After: 1.2'], 2],
      [['Retry-After: 1e9'], none],
      [['Retry-After: 1000000000'], maxRetryAfter],
      [['Retry-After: Fri, 31 Dec 9999 23:59:59 GMT'], maxRetryAfter],
      [['Retry-After: Sun Nov  6 08:49:37 1994'], none],
      [['Retry-After:'], none],
      [['Retry-After: -1'], none],
      [['Retry-After: 5', 'Retry-After: 9'], 9],
      [['Retry-After: soon', 'Retry-After: 9'], 9],
      [[], none],
    ] as const) {
      const { retryAfter, extensions } = await errorAfter(status, lines);
      expect([lines, retryAfter]).toEqual([lines, seconds]);
      expect(extensions['retryAfter']).toBe(seconds);
    }
    expect(stack.upstream.requests).toHaveLength(13);
  });
});

// Which texts are times, local times, dates and days of a year: nothing is shifted, completed or read in the time zone of
// the process.
import { describe, expect, test } from 'vitest';
import {
  parseDate,
  parseInstant,
  parseInstantInput,
  parseLocalTime,
  parseLocalTimeInput,
  parseMonthDay,
} from '../../src/values/time.ts';

const time = '18:41:09';

/** Texts that are not a time, neither from the upstream nor from an input. */
const noTimes = [
  ...[
    '',
    ' ',
    'yesterday',
    '5',
    '1658428869',
    '1658428869000',
    'null',
    'Z',
    'T00:00:00Z',
    '2022',
    '2022-07',
    '2022-07-21',
  ],
  ...['2022-02-31T10:00:00Z', '2022-02-30T10:00:00Z', '2023-02-29T10:00:00Z', '1900-02-29T10:00:00Z'],
  ...['2022-04-31T10:00:00Z', '2022-13-01T10:00:00Z', '2022-00-10T10:00:00Z', '2022-01-00T10:00:00Z'],
  ...['2022-01-32T10:00:00Z', '2022-01-01T25:61:00Z', '2022-01-01T24:00:00Z', '2022-01-01T24:00:01Z'],
  ...['2022-01-01T00:60:00Z', '2022-01-01T00:00:60Z', '2016-12-31T23:59:60Z', '2022-01-01T-1:00:00Z'],
  ...['22-01-01T00:00:00Z', '2022-1-1T00:00:00Z', '2022-01-01T0:00:00Z', '2022-01-01T10Z', '2022-01-01T10:00Z'],
  ...['2022-01-01T10:00:00.Z', '2022-01-01T10:00:00Z2', '2022-01-01T10:00:00+24:00', '2022-01-01T10:00:00+02:60'],
  ...['2022-01-01T10:00:00+2', '2022-01-01T10:00:00+02:', '2022-01-01T10:00:00 CET', '2022-01-01T10:00:00+02:00Z'],
  ...['20220101T100000Z', '2022-W01-1T10:00:00Z', '2022-001T10:00:00Z', '+002022-01-01T10:00:00Z', '01/02/2022 10:00'],
  ...['Thu, 21 Jul 2022 18:41:09 GMT', '2022-07-21T18:41:09Z ', ' 2022-07-21T18:41:09Z', '2022-07-21  18:41:09Z'],
  ...['2022-07-21T18:41:09Z\n', '٢٠٢٢-٠٧-٢١T١٨:٤١:٠٩Z', '0000-01-01T00:00:00+00:01', '9999-12-31T23:59:59-00:01'],
];

describe('a time is normalized to UTC with milliseconds', () => {
  test.each([
    ['2022-07-21T18:41:09Z', '2022-07-21T18:41:09.000Z'],
    ['2022-07-21T18:41:09.885Z', '2022-07-21T18:41:09.885Z'],
    ['2022-07-21T18:41:09.5Z', '2022-07-21T18:41:09.500Z'],
    ['2022-07-21T18:41:09.123999999999Z', '2022-07-21T18:41:09.123Z'],
    ['2022-07-21t18:41:09z', '2022-07-21T18:41:09.000Z'],
    ['2022-07-21T18:41:09+00:00', '2022-07-21T18:41:09.000Z'],
    ['2022-07-21T18:41:09-00:00', '2022-07-21T18:41:09.000Z'],
    ['2022-07-21T20:41:09+02:00', '2022-07-21T18:41:09.000Z'],
    ['2022-07-21T11:41:09.25-07:00', '2022-07-21T18:41:09.250Z'],
    ['2022-07-22T00:11:09+05:30', '2022-07-21T18:41:09.000Z'],
    ['2022-07-22T18:40:09+23:59', '2022-07-21T18:41:09.000Z'],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z'],
    ['2000-02-29T23:59:59Z', '2000-02-29T23:59:59.000Z'],
    ['2024-02-29T23:30:00-01:00', '2024-03-01T00:30:00.000Z'],
    ['0000-01-01T00:00:00Z', '0000-01-01T00:00:00.000Z'],
    ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z'],
    ['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z'],
  ])('the time %s of the upstream or of an input is normalized to UTC with milliseconds', (text, normal) => {
    expect([parseInstant(text), parseInstantInput(text)]).toEqual([normal, normal]);
  });

  test.each([
    '2022-07-21T18:41:09',
    '2022-07-21 18:41:09',
    '2022-07-21T18:41:09.000',
    '2022-07-21 18:41:09 +0000',
    '2022-07-21T20:41:09+02',
    '2022-07-21T20:41:09+0200',
    '2022-07-21 18:41:09 UTC',
    '2022-07-21 18:41:09 GMT',
    '2022-07-21T18:41:09,000Z',
  ])(
    'the time %s of the upstream is in UTC unless it has another offset, and an input must be as in RFC 3339',
    (text) => {
      expect([parseInstant(text), parseInstantInput(text)]).toEqual(['2022-07-21T18:41:09.000Z', undefined]);
    },
  );

  test.each(noTimes)('the text %j is not a time', (text) => {
    expect([parseInstant(text), parseInstantInput(text)]).toEqual([undefined, undefined]);
  });

  test('a time exists exactly on the days of the calendar and at the times of the clock', () => {
    for (const date of everyDate) {
      for (const clock of ['00:00:00', '09:59:59', '23:59:59', '24:00:00', '23:60:00', '23:59:60']) {
        for (const end of ['Z', '.000Z', '', '+00:00']) {
          const expected = exists(date) && !clock.includes('60') && !clock.startsWith('24');
          expect(parseInstant(`${date}T${clock}${end}`), `${date}T${clock}${end}`).toBe(
            expected ? `${date}T${clock}.000Z` : undefined,
          );
        }
      }
    }
  });
});

describe('a local time keeps its hour', () => {
  test.each(['', 'Z', 'z', '.885Z', '.5', '+02:00', '-07:00', ' +0000'])(
    'a local time of the upstream that ends in %j keeps its hour, because its offset has no meaning',
    (end) => expect(parseLocalTime(`2022-07-21T${time}${end}`)).toBe(`2022-07-21T${time}`),
  );

  test.each(noTimes.filter((text) => !/^(0000|9999)/.test(text)))('the text %j is not a local time', (text) => {
    expect([parseLocalTime(text), parseLocalTimeInput(text)]).toEqual([undefined, undefined]);
  });

  test('a local time of an input has no offset and no fraction', () => {
    expect(parseLocalTimeInput('2022-07-21T18:41:09')).toBe('2022-07-21T18:41:09');
    for (const text of ['2022-07-21T18:41:09Z', '2022-07-21T18:41:09.5', '2022-07-21 18:41:09']) {
      expect(parseLocalTimeInput(text), text).toBeUndefined();
    }
  });
});

describe('a date must exist in the calendar', () => {
  test.each([
    ...['2022-02-29', '1900-02-29', '2022-04-31', '2022-1-1', '22-01-01', '20220101', '01/02/2022', '1658428869', ''],
    ...['2022-01-01T00:00:00Z', '2022-01-01T00:00:00', '2022-01-01 ', '2022-W01-1', '٢٠٢٢-٠٧-٢١'],
  ])('the text %j is not a date', (text) => expect(parseDate(text)).toBeUndefined());

  test('a date is valid exactly when the calendar has it', () => {
    for (const date of everyDate) expect(parseDate(date), date).toBe(exists(date) ? date : undefined);
  });
});

describe('a day of a year must exist in the calendar', () => {
  test('a day of a year is valid exactly when the calendar of some year has it', () => {
    for (const date of everyDate.filter((date) => date.startsWith('2024'))) {
      const monthDay = date.slice(5);
      expect(parseMonthDay(monthDay), monthDay).toBe(exists(date) ? monthDay : undefined);
      expect(parseMonthDay(`--${monthDay}`), monthDay).toBe(exists(date) ? monthDay : undefined);
    }
  });

  test.each(['02-30', '13-45', '2-9', '2024-02-29', '-02-01', '29/02', ''])(
    'the text %j is not a day of a year',
    (text) => expect(parseMonthDay(text)).toBeUndefined(),
  );
});

/** All dates of four years, and many that do not exist. */
const everyDate = [1900, 2000, 2023, 2024].flatMap((year) =>
  Array.from({ length: 14 }, (_, month) =>
    Array.from({ length: 33 }, (_, day) => [year, month, day].map((part) => `${part}`.padStart(2, '0')).join('-')),
  ).flat(),
);

/** Whether JavaScript's calendar has the date, which counts days after the end of a month on into the next month. */
function exists(date: string): boolean {
  const parsed = Date.parse(`${date}T00:00:00Z`);
  return !Number.isNaN(parsed) && new Date(parsed).toISOString().startsWith(date);
}

/**
 * Settings as secret stores, shells and editors write them: one rule for white space, line ends, byte order marks, quotation
 * marks and empty values holds for every variable of the schema and for files, and misspelled names are found.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { variableNames } from '../../src/config/environment.ts';
import { findUnknownVariables } from '../../src/config/variable-names.ts';
import { problemsOf } from '../support/config.ts';
import { commonVariables, exampleOf, folder } from '../support/settings.ts';

/** What a comparison of two configurations sees, with secrets revealed. */
const read = (env: Record<string, string>) =>
  JSON.stringify(readConfig(env), (_, value) =>
    typeof value === 'object' && value !== null && 'reveal' in value
      ? value.reveal()
      : value instanceof Map || value instanceof Set
        ? [...value]
        : value,
  );

describe.each(variableNames)('%s', (name) => {
  const example = exampleOf(name);
  const value = example[name] ?? '';
  const withValue = (text: string) => ({ ...example, [name]: text });

  test.each(['\n', '\r\n', ' ', '\t', '\ufeff', '\u00a0', '\u200b', '\0', '\u2028', ' \r\n\t'])(
    'a setting means the same with %j before its value, after it, or on both sides',
    (around) => {
      for (const text of [value + around, around + value, around + value + around]) {
        expect(read(withValue(text))).toBe(read(example));
      }
    },
  );

  test.each(['', ' ', '\n', '\ufeff', '\t\r\n ', '\u200b'])('a setting with the value %j counts as unset', (empty) => {
    const { [name]: _, ...unset } = example;
    expect(problemsOf(withValue(empty))).toEqual(problemsOf(unset));
  });

  test.each([`"${value}"`, `'${value}'`, `${value}\n${value}`, `${value}\r\n#`, `${value}\0${value}`])(
    'a setting with the value %j is refused with the reason, and the value is not quoted',
    (text) => {
      const problems = problemsOf(withValue(text)).filter((problem) => problem.startsWith(`${name} `));
      expect(problems).toHaveLength(1);
      expect(problems[0]).toMatch(/quotation marks|line end/);
    },
  );
});

const numbers = variableNames.filter((name) =>
  problemsOf({ [name]: 'x' }).some((problem) => / is (0, or )?(a whole number|milliseconds|bytes) /.test(problem)),
);

test.each(numbers)(
  '%s is refused when its number has a unit, a sign, a separator or an exponent, and the message asks for digits',
  (name) => {
    for (const value of [
      '10s',
      '5MB',
      '1e3',
      '0x10',
      '1_000',
      '10,000',
      '10.000',
      '+5',
      '-5',
      '5.0',
      '5 000',
      '٣٤',
      '５',
      '1h',
      '5 MiB',
    ]) {
      const problems = problemsOf({ [name]: value }).filter((problem) => problem.startsWith(`${name} `));
      expect(problems.length, value).toBeGreaterThan(0);
      if (/\d/.test(value)) expect(problems[0]).toMatch(/in digits only\.$/);
    }
  },
);

const switches = variableNames.filter((name) => problemsOf({ [name]: 'x' }).includes(`${name} is true or false.`));

test('the schema has more than fifteen numbers and at least five switches for these tests', () => {
  expect(numbers.length).toBeGreaterThan(15);
  expect(switches.length).toBeGreaterThanOrEqual(5);
});

test.each(switches)('%s is accepted only as true or false in lower case', (name) => {
  for (const value of ['True', 'TRUE', 'yes', 'on', '1', '0', 'no', 'off', 'False', 't', 'null']) {
    expect(problemsOf({ [name]: value })).toContain(`${name} is true or false.`);
  }
});

test.each(['', '\ufeff', '\n\n', '\r\n\t'])(
  'an organizations file may begin with %j and end with white space',
  (start) => {
    const file = join(folder, 'marked.json');
    writeFileSync(file, `${start}${JSON.stringify({ organizations: [{ cid: 'org' }] })}\r\n\r\n`);
    expect([...readConfig({ ORGANIZATIONS_FILE: ` ${file}\n` }).organizations.keys()]).toEqual(['org']);
  },
);

test.each([
  Buffer.from('{"organizations":[{"cid":"org","name":"\xff"}]}', 'latin1'),
  Buffer.from('\ufeff{}', 'utf16le'),
  Buffer.of(),
])('an organizations file that is not in UTF-8, or is empty, is refused', (content) => {
  const file = join(folder, 'broken.json');
  writeFileSync(file, content);
  expect(problemsOf({ ORGANIZATIONS_FILE: file })).toEqual(['ORGANIZATIONS_FILE: cannot be read as JSON.']);
});

test.each([
  ['PUBLIC_SHEMA', 'PUBLIC_SCHEMA'],
  ['PUBLC_SCHEMA', 'PUBLIC_SCHEMA'],
  ['public_schema', 'PUBLIC_SCHEMA'],
  ['SCHEMA_PUBLIC', 'PUBLIC_SCHEMA'],
  ['UPSTREAM_ULR', 'UPSTREAM_URL'],
  ['UPSTREAMURL', 'UPSTREAM_URL'],
  ['CONTACTGRAPH_UPSTREAM_URL', 'UPSTREAM_URL'],
  ['CURSOR_KEY', 'CURSOR_KEYS'],
  ['CURSOR_KEYS_FILE', 'CURSOR_KEYS'],
  ['VALKEY_URI', 'VALKEY_URL'],
  ['JWT_AUDIENCES', 'JWT_AUDIENCE'],
  ['OPERATION_DEADLINE', 'OPERATION_DEADLINE_MS'],
  ['ACCELERATOR', 'ACCELERATORS'],
  ['LOGLEVEL', 'LOG_LEVEL'],
  ['HTTPS_PROXI', 'HTTPS_PROXY'],
  ['HTTPPROXY', 'HTTP_PROXY'],
  ['UPSTREAM_PASSWORD', undefined],
  ['CONTACTGRAPH_X', undefined],
])('the unknown variable %s is reported, together with the variable that it resembles', (name, similar) => {
  const [problem = '', ...others] = findUnknownVariables({ [name]: 'canary' }, variableNames);
  expect(others).toEqual([]);
  expect(problem).toContain(`${name} is not a variable of the gateway`);
  if (similar !== undefined) expect(problem).toContain(`: ${similar} is one.`);
  expect(problem).not.toContain('canary');
});

test('variables of the gateway and of common environments are not reported', () => {
  const names = [...variableNames, ...commonVariables];
  expect(findUnknownVariables(Object.fromEntries(names.map((name) => [name, 'x'])), variableNames)).toEqual([]);
});

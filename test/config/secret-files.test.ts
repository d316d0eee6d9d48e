/** Secrets in files: `CURSOR_KEYS_FILE` and the like have the same meaning as the variables without `_FILE`. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { variableNames } from '../../src/config/environment.ts';
import { secretFileVariables } from '../../src/config/secret-files.ts';
import { namesInEnvironment } from '../../src/config/settings.ts';
import { readSettings } from '../../src/config/settings-in-force.ts';
import { findUnknownVariables } from '../../src/config/variable-names.ts';
import { findWarnings } from '../../src/config/warnings.ts';
import { problemsOf } from '../support/config.ts';
import { exampleOf, folder } from '../support/settings.ts';

const fileOf = (name: string, content: string | Buffer) => {
  const file = join(folder, `secret-${name}`);
  writeFileSync(file, content);
  return file;
};

/** The settings in force, with whether each is a secret from a file. */
const inForce = (env: Record<string, string>) =>
  readSettings(env, new Set()).map(({ name, value, source }) => [name, value, source === 'secret-file']);

test('every variable that is masked in the settings in force can be set by a file, except the lower-case names of proxies', () => {
  const masked = variableNames.filter((name) => {
    const setting = readSettings(exampleOf(name), new Set()).find((other) => other.name === name);
    return setting?.value?.startsWith('[secret]') && name === name.toUpperCase();
  });
  expect([...secretFileVariables.values()].toSorted()).toEqual([...masked, 'UPSTREAM_CLIENT_KEY'].toSorted());
});

describe.each([...secretFileVariables])('%s', (fileVariable, name) => {
  const { [name]: value = '', ...others } = exampleOf(name);
  const withFile = (content: string | Buffer) => ({ ...others, [fileVariable]: fileOf(name, content) });

  test.each(['', '\n', '\r\n', '\ufeff', '\u200b'])(
    'a file with %j around the value means the same as the variable',
    (around) => {
      const expected = inForce({ ...others, [name]: value }).map(([key, text]) => [key, text, key === name]);
      expect(inForce(withFile(around + value + around))).toEqual(expected);
      expect(inForce({ ...withFile(value), [name]: ' ' })).toEqual(expected);
    },
  );

  test('both the file and the variable are refused, also if they are equal', () => {
    const problems = problemsOf({ ...withFile(value), [name]: value });
    expect(problems).toEqual([`${fileVariable} and ${name} are both set: unset one of them.`]);
  });

  test.each(['', '\n', '\ufeff', ' \t\r\n'])('a file with the content %j is refused, not taken as unset', (content) => {
    expect(problemsOf(withFile(content))).toEqual([`${fileVariable} names a file without content.`]);
  });

  test('a file that is absent, a folder, or not in UTF-8 is the only problem, and nothing of it is quoted', () => {
    mkdirSync(join(folder, 'folder'), { recursive: true });
    const unreadable = (path: string) => problemsOf({ ...others, [fileVariable]: path });
    const problem = `${fileVariable} names a file that cannot be read as text in UTF-8`;
    expect(unreadable(join(folder, 'absent'))).toEqual([`${problem} (ENOENT).`]);
    expect(unreadable(join(folder, 'folder'))).toEqual([`${problem} (EISDIR).`]);
    expect(unreadable(fileOf(name, Buffer.from('canary\xff', 'latin1')))).toEqual([
      `${problem} (ERR_ENCODING_INVALID_ENCODED_DATA).`,
    ]);
    expect(unreadable('"/run/secrets/x"')[0]).toMatch(/^\w+_FILE is in quotation marks/);
  });

  test('a value in quotation marks or of two lines is refused as in the variable, and not quoted', () => {
    for (const content of ['"canary"', 'canary\ncanary']) {
      const problems = problemsOf(withFile(content)).filter((problem) => problem.startsWith(`${name} `));
      expect(problems).toHaveLength(1);
      expect(problems[0]).not.toContain('canary');
    }
  });
});

test('the configuration has the secret of a file as a value that cannot be printed', () => {
  const file = fileOf('VALKEY_URL', 'redis://:canary@valkey\n');
  const env = {
    VALKEY_URL_FILE: file,
    CURSOR_KEYS_FILE: fileOf('CURSOR_KEYS', Buffer.alloc(32, 7).toString('base64')),
  };
  const { valkeyUrl, cursorKeys } = readConfig(env);
  expect(valkeyUrl?.reveal()).toBe('redis://:canary@valkey');
  expect(JSON.stringify({ valkeyUrl, cursorKeys })).not.toMatch(/canary|BwcH/);
});

test('a problem with a file is reported together with wrong values of other variables', () => {
  expect(problemsOf({ PORT: 'x', CURSOR_KEYS_FILE: join(folder, 'absent') })).toHaveLength(2);
});

test('the names of files of secrets are known, and a misspelled one is reported with the name that it resembles', () => {
  const env = Object.fromEntries(
    [...secretFileVariables].map(([fileVariable, name]) => [fileVariable, fileOf(name, 'x')]),
  );
  expect(findUnknownVariables(env, namesInEnvironment)).toEqual([]);
  const misspelled = { CURSOR_KEY_FILE: 'x', JWT_ISSUER_FILE: 'x' };
  expect(findWarnings(misspelled, readConfig(misspelled)).slice(0, 2)).toEqual([
    'CURSOR_KEY_FILE is not a variable of the gateway: CURSOR_KEYS_FILE is one.',
    'JWT_ISSUER_FILE is not a variable of the gateway: JWT_ISSUER is one.',
  ]);
});

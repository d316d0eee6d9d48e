/**
 * Settings as secret stores, shells and editors write them: one rule for white space, line ends, byte order marks, quotation
 * marks and empty values holds for every variable of the schema and for files, and misspelled names are found.
 */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { variableNames } from '../../src/config/environment.ts';
import { findUnknownVariables } from '../../src/config/variable-names.ts';
import { problemsOf } from '../support/config.ts';

const folder = mkdtempSync(join(tmpdir(), 'contactgraph-settings-'));
const organizationsFile = join(folder, 'organizations.json');
writeFileSync(organizationsFile, JSON.stringify({ organizations: [{ cid: 'org' }] }));

const key = Buffer.alloc(32, 7).toString('base64');
const live = { UPSTREAM_URL: 'https://upstream.example' };
const jwt = {
  ...{ AUTH_MODE: 'jwt', ...live, ORGANIZATION_ID: 'org', UPSTREAM_CLIENT_KEY: 'k', UPSTREAM_CLIENT_SECRET: 's' },
  ...{ JWT_ISSUER: 'https://issuer.example', JWT_AUDIENCE: 'api' },
};
const session = {
  ...live,
  ORGANIZATION_ID: 'org',
  UPSTREAM_CLIENT_KEY: 'k',
  UPSTREAM_CLIENT_SECRET: 's',
  SESSION_KEYS: key,
};

const proxyNames = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy'];

/** A valid environment for each variable that cannot stand alone or whose value is no number or switch. */
const examples: Record<string, Record<string, string>> = {
  HOST: { HOST: '127.0.0.1' },
  AUTH_MODE: { ...live, AUTH_MODE: 'passthrough' },
  UPSTREAM_URL: live,
  ...Object.fromEntries(proxyNames.map((name) => [name, { [name]: 'http://name:password@proxy.example:3128' }])),
  NO_PROXY: { HTTPS_PROXY: 'http://proxy.example', NO_PROXY: 'localhost,.svc' },
  no_proxy: { HTTPS_PROXY: 'http://proxy.example', no_proxy: 'localhost,.svc' },
  UPSTREAM_CLIENT_KEY: jwt,
  UPSTREAM_CLIENT_SECRET: jwt,
  ORGANIZATION_ID: { ORGANIZATION_ID: 'org' },
  ORGANIZATIONS_FILE: { ORGANIZATIONS_FILE: organizationsFile },
  JWT_ISSUER: jwt,
  JWT_AUDIENCE: jwt,
  JWT_ALGORITHMS: { ...jwt, JWT_ALGORITHMS: 'RS256,ES256' },
  JWT_SCOPE_MAP: { ...jwt, JWT_SCOPE_MAP: 'support=customer_read' },
  JWKS_URL: { ...jwt, JWKS_URL: 'https://issuer.example/keys' },
  JWKS_MAX_STALE_MS: { ...jwt, JWKS_MAX_STALE_MS: '60000' },
  SESSION_KEYS: session,
  SESSION_TTL_MS: { ...session, SESSION_TTL_MS: '60000' },
  SESSION_MAX_MS: { ...session, SESSION_MAX_MS: '43200000' },
  SESSION_MAY_DELETE: { ...session, SESSION_MAY_DELETE: 'true' },
  CURSOR_KEYS: { CURSOR_KEYS: `${key},${key}` },
  CURSOR_REREAD_MAX: { CURSOR_REREAD_MAX: '100' },
  MAX_UNSENT_BYTES: { MAX_UNSENT_BYTES: '50331648' },
  SWITCHED_OFF: { SWITCHED_OFF: 'cache,retry' },
  ACCELERATORS: { ACCELERATORS: 'prefetch,fast-path' },
  VALKEY_URL: { VALKEY_URL: 'redis://valkey:6379/3', CURSOR_KEYS: key },
  NODE_ENV: { NODE_ENV: 'production' },
  LOG_LEVEL: { LOG_LEVEL: 'warn' },
};

/** The first of some values with which a variable is valid. */
function exampleOf(name: string): Record<string, string> {
  const base = name.startsWith('JWT_') ? jwt : {};
  const values = ['true', '1000', '60000', '2097152', '1000/2000/3000', 'some-claim'];
  const found =
    examples[name] ?? values.map((value) => ({ ...base, [name]: value })).find((env) => problemsOf(env).length === 0);
  if (found === undefined) throw new Error(`The test has no valid value for ${name}.`);
  return found;
}

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
    'the same with %j before or after the value, or on both sides',
    (around) => {
      for (const text of [value + around, around + value, around + value + around]) {
        expect(read(withValue(text))).toBe(read(example));
      }
    },
  );

  test.each(['', ' ', '\n', '\ufeff', '\t\r\n ', '\u200b'])('with %j it counts as unset', (empty) => {
    const { [name]: _, ...unset } = example;
    expect(problemsOf(withValue(empty))).toEqual(problemsOf(unset));
  });

  test.each([`"${value}"`, `'${value}'`, `${value}\n${value}`, `${value}\r\n#`, `${value}\0${value}`])(
    'as %j it is refused in words, which quote nothing',
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
  '%s is refused with a unit, a sign, a separator or an exponent, and the rule says digits',
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

test('the table of numbers and switches covers the schema', () => {
  expect(numbers.length).toBeGreaterThan(15);
  expect(switches.length).toBeGreaterThanOrEqual(5);
});

test.each(switches)('%s is true or false in lower case', (name) => {
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
])('an organizations file that is no UTF-8 or empty is refused', (content) => {
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
])('the unknown variable %s is named, with the one that it resembles', (name, similar) => {
  const [problem = '', ...others] = findUnknownVariables({ [name]: 'canary' }, variableNames);
  expect(others).toEqual([]);
  expect(problem).toContain(`${name} is not a variable of the gateway`);
  if (similar !== undefined) expect(problem).toContain(`: ${similar} is one.`);
  expect(problem).not.toContain('canary');
});

test('variables of the gateway and of common environments are not named', () => {
  const names = [
    ...variableNames,
    ...[
      'PATH',
      'HOME',
      'HOSTNAME',
      'HOSTTYPE',
      'USER',
      'LANG',
      'TERM',
      'PWD',
      'SHELL',
      'SHLVL',
      'TZ',
      'EDITOR',
      'LOGNAME',
    ],
    ...['NODE_OPTIONS', 'NODE_VERSION', 'NODE_PATH', 'NODE_EXTRA_CA_CERTS', 'NODE_COMPILE_CACHE', 'YARN_VERSION'],
    ...[
      'FTP_PROXY',
      'ftp_proxy',
      'ALL_PROXY',
      'all_proxy',
      'npm_config_cache',
      'npm_lifecycle_event',
      'CI',
      'POSTGRES_URL',
      'PS1',
    ],
    ...[
      'KUBERNETES_SERVICE_HOST',
      'KUBERNETES_PORT',
      'VALKEY_SERVICE_HOST',
      'VALKEY_PORT_6379_TCP_ADDR',
      'VALKEY_PORT',
    ],
    ...[
      'XDG_SESSION_ID',
      'SESSION_MANAGER',
      'DBUS_SESSION_BUS_ADDRESS',
      'SSH_AUTH_SOCK',
      'COLORTERM',
      'MAIL',
      'OLDPWD',
    ],
  ];
  expect(findUnknownVariables(Object.fromEntries(names.map((name) => [name, 'x'])), variableNames)).toEqual([]);
});

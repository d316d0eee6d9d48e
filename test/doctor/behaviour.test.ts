// How the contract check treats an account: few calls, nothing printed that belongs to a person, and nothing left behind.
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { demo } from '../../emulator/demo.ts';
import { type Emulator, startEmulator } from '../../emulator/emulator.ts';
import { runDoctor } from '../../src/doctor/doctor.ts';
import { checkAccount, checkUpstream, findingsOf, reportOf } from '../support/doctor.ts';
import { type RewritingUpstream, startRewritingUpstream } from '../support/rewriting-upstream.ts';

let emulator: Emulator;
let upstream: RewritingUpstream;

beforeAll(async () => {
  emulator = await startEmulator({ contacts: 150 });
  upstream = await startRewritingUpstream(emulator.url);
});

afterEach(() => {
  emulator.control.reset();
  upstream.rewrite((text) => text);
});

afterAll(async () => {
  await upstream.close();
  await emulator.close();
});

const all = ['--write', '--app', 'ios_com.example.app'];

/** All texts of a JSON value that are longer than a word of the contract. */
function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return value.length > 8 ? [value] : [];
  return Object.values(Object(value)).flatMap(textsOf);
}

describe('calls', () => {
  test('the check says at most how many calls it makes, and makes one after the other', async () => {
    const { stderr } = await checkAccount(emulator, all);
    const planned = Number(/at most (\d+) calls/.exec(stderr)?.[1]);
    expect(emulator.control.calls().length).toBeGreaterThan(40);
    expect(emulator.control.calls().length).toBeLessThanOrEqual(planned);
    expect(emulator.control.peakInFlight()).toBe(1);
  });

  test('without --write the check changes nothing and issues no customer token', async () => {
    await checkAccount(emulator);
    const { createContact, updateContact, deleteContact, setPolicies, registerDevice, issueToken } =
      emulator.control.counts();
    expect([createContact, updateContact, deleteContact, setPolicies, registerDevice, issueToken]).toEqual(
      Array(6).fill(0),
    );
  });

  test('the check revokes the tokens of its logins', async () => {
    const tokens: string[] = [];
    upstream.rewrite((text, { path, status }) => {
      if (path.includes('login') && status === 200) tokens.push(JSON.parse(text).token);
      return text;
    });
    await checkAccount({ ...emulator, url: upstream.url });
    expect(tokens).toHaveLength(2);
    for (const token of tokens) {
      const url = `${emulator.url}/v2/customers/${demo.contactId}`;
      expect((await fetch(url, { headers: { authorization: `Bearer ${token}` } })).status).toBe(403);
    }
  });

  test('a call that is rate-limited is repeated when the upstream says', async () => {
    emulator.control.fault({ kind: 'status', status: 429, retryAfter: '1', path: '/devices' });
    const run = await checkAccount(emulator, ['--json']);
    expect(findingsOf(run)).toEqual([]);
    expect(reportOf(run).checks.find(({ call }) => call === 4)?.outcome).toBe('matches');
  });

  test('--slow reports how long a scroll lives', async () => {
    let skewSeconds = 0;
    const { url, clientKey, clientSecret } = emulator;
    let printed = '';
    const code = await runDoctor(
      { write: false, slow: true, json: false, app: undefined, contact: undefined },
      {
        env: { UPSTREAM_URL: url, UPSTREAM_CLIENT_KEY: clientKey, UPSTREAM_CLIENT_SECRET: clientSecret },
        signal: new AbortController().signal,
        report: () => undefined,
        reportProgress: () => undefined,
        async print(text) {
          printed += text;
        },
        async pause(ms) {
          skewSeconds += ms / 1000;
          emulator.control.clock({ skewSeconds });
        },
      },
    );
    expect(code).toBe(0);
    expect(printed).toMatch(/scroll after 60 unused seconds +matches/);
    expect(printed).toMatch(/scroll after 150 unused seconds +matches/);
  });
});

describe('output', () => {
  test.each([
    ['that fits the contract', (text: string) => text],
    [
      'with other types',
      (text: string) => text.replaceAll(/"(firstName|phone|username|cid)":"([^"]*)"/g, '"$1":["$2"]'),
    ],
    ['with other names', (text: string) => text.replaceAll(/"(firstName|email)":("[^"]*")/g, '"x":{$2:$2}')],
  ])('no value of an account %s is printed, and no secret', async (_name, change) => {
    const values = new Set<string>();
    upstream.rewrite((text, { path }) => {
      // The ids of the policies and of the organization's own settings are names of the contract.
      if (text !== '' && !path.includes('policies')) for (const value of textsOf(JSON.parse(text))) values.add(value);
      return change(text);
    });
    for (const format of [[], ['--json']]) {
      const { stdout, stderr } = await checkAccount({ ...emulator, url: upstream.url }, [...all, ...format]);
      const printed = `${stdout}${stderr}`;
      expect(values.size).toBeGreaterThan(500);
      expect([...values].filter((value) => printed.includes(value))).toEqual([]);
      expect(printed).not.toContain(emulator.clientSecret);
    }
  });
});

describe('exit codes', () => {
  test.each([
    [2, 'without a client key', [], { UPSTREAM_URL: 'http://127.0.0.1:9' }],
    [2, 'with a variable that is wrong', [], { UPSTREAM_URL: 'ftp://example.com' }],
    [2, 'with an unknown option', ['--read'], {}],
    [2, 'with an app without its operating system', ['--app', 'com.example.app'], {}],
    [2, 'with a contact that is no id', ['--contact', 'a/b'], {}],
  ])('the exit code is %i %s', async (expected, _name, args, env) => {
    const { code, stdout, stderr } = await checkUpstream(args, env);
    expect([code, stdout]).toEqual([expected, '']);
    expect(stderr).not.toBe('');
  });

  test('the exit code is 3 if the upstream cannot be reached, and if it refuses the client key', async () => {
    expect((await checkAccount({ ...emulator, url: 'http://127.0.0.1:9' })).code).toBe(3);
    const refused = await checkAccount({ ...emulator, clientSecret: 'another' });
    expect(refused.code).toBe(3);
    expect(refused.stdout).toContain('the client key may not make this call');
  });

  test('the exit code is 2 if the client key has no organization and the variables name none', async () => {
    const { code, stderr } = await checkAccount({ ...emulator, ...emulator.clients.none });
    expect(code).toBe(2);
    expect(stderr).toContain('ORGANIZATION_ID is needed');
    expect(emulator.control.counts().logout).toBe(2);
  });

  test('calls that the client key may not make are no difference', async () => {
    const run = await checkAccount({ ...emulator, ...emulator.clients.writeOnly }, ['--json']);
    expect(run.code).toBe(0);
    expect(findingsOf(run)).toEqual([]);
    expect(reportOf(run).checks.find(({ call }) => call === 4)?.outcome).toBe('untried');
  });
});

// The contract check has no false alarm: what an upstream may do by the contract is no difference.
import { afterEach, describe, expect, test } from 'vitest';
import { demo } from '../../emulator/demo.ts';
import { type Emulator, type EmulatorOptions, startEmulator } from '../../emulator/emulator.ts';
import { checkAccount, checkUpstream, findingsOf, reportOf } from '../support/doctor.ts';
import { type RewritingUpstream, startRewritingUpstream } from '../support/rewriting-upstream.ts';

let emulator: Emulator | undefined;
let upstream: RewritingUpstream | undefined;

afterEach(async () => {
  await upstream?.close();
  await emulator?.close();
  upstream = undefined;
});

const everything = ['--json', '--write', '--app', 'ios_com.example.app'];

async function start(options: EmulatorOptions): Promise<Emulator> {
  emulator = await startEmulator({ contacts: 60, edgeCases: false, ...options });
  return emulator;
}

test('without an address of an upstream, the check starts an emulator, and everything matches', async () => {
  const run = await checkUpstream(['--json', '--write']);
  expect(findingsOf(run)).toEqual([]);
  expect(reportOf(run).checks.filter(({ outcome }) => outcome !== 'matches')).toEqual([]);
  expect(run.code).toBe(0);
});

const variants: Record<string, EmulatorOptions> = {
  ...Object.fromEntries([1, 2, 3, 4, 5, 6, 7, 8].map((seed) => [`the data of seed ${seed}`, { seed }])),
  ...Object.fromEntries([0, 1, 2, 5].map((contacts) => [`${contacts} contacts`, { contacts }])),
  'contacts that violate the contract among others': { contacts: 200, edgeCases: true },
  'nested events': { events: { spelling: 'nested' } },
  'flat events': { events: { spelling: 'flat' } },
  'events of a contact without parameters': { events: { contactParams: false, contactScroll: false } },
  'a scroll id that changes, and none on the last page': {
    scrolls: { sidChanges: true, end: 'no-sid', expiredStatus: 404 },
  },
  'a scroll id that changes, and an empty last page': { scrolls: { sidChanges: true, expiredStatus: 409 } },
  'no totals': { scrolls: { total: false } },
  'claims in the token': { claims: true },
};

test.each(Object.entries(variants))('%s are no difference', async (_name, options) => {
  const run = await checkAccount(await start(options), everything);
  expect(findingsOf(run)).toEqual([]);
  expect(run.code).toBe(0);
});

describe('further forms of the contract', () => {
  const settings: Record<string, (emulator: Emulator) => void> = {
    'policies as objects': ({ control }) => control.policies({ form: 'objects' }),
    'an absence that is a success': ({ control }) => control.absence('present-false'),
    'an absence that is a conflict': ({ control }) => control.absence('conflict'),
    'a 401 for an invalid token': ({ control }) => control.tokenRefusal(401),
    'an app without blocks': ({ control }) => control.appSettings(demo.organizationId, 'ios_com.example.app', {}),
  };

  test.each(Object.entries(settings))('%s is no difference', async (_name, set) => {
    const started = await start({});
    set(started);
    const run = await checkAccount(started, everything);
    expect(findingsOf(run)).toEqual([]);
  });

  const bodies: Record<string, (name: string, value: unknown) => unknown> = {
    'that leaves out what is not set': (_name, value) => (value === null ? undefined : value),
    'that writes what is not set as an empty text': (_name, value) => value ?? '',
    'that adds names': (name, value) =>
      name === 'where' || name === 'metrics' ? { ...Object(value), added: 1 } : value,
  };

  test.each(Object.entries(bodies))('an upstream %s is no difference', async (_name, replacer) => {
    const { clientKey, clientSecret, url } = await start({ contacts: 300 });
    upstream = await startRewritingUpstream(url);
    upstream.rewrite((text) => (text === '' ? text : JSON.stringify(JSON.parse(text, replacer))));
    const run = await checkAccount({ url: upstream.url, clientKey, clientSecret }, everything);
    expect(findingsOf(run)).toEqual([]);
  });
});

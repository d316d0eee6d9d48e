import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, describe, expect, test } from 'vitest';
import { second } from '../../../emulator/demo.ts';
import type { Emulator } from '../../../emulator/emulator.ts';
import type { Answer } from '../../support/gateway.ts';
import {
  canary,
  type Difference,
  hits,
  type Mutation,
  mutations,
  neighbours,
  requestOf,
  target,
} from '../../support/mutations.ts';
import { type WriteFault, writeFaults } from '../../support/write-faults.ts';
import { idOf, startWriting } from '../../support/write-gateway.ts';

const table: object[] = [];
afterAll(() => {
  if (process.env['FAULT_TABLE'] !== undefined) console.table(table);
});

describe.for(mutations)('$name', { concurrent: true }, (mutation) => {
  test.for(writeFaults)('meets $name', async (fault, { expect }) => {
    const { stack, token } = await start(fault, mutation);
    const { emulator, logged } = stack;
    try {
      const before = snapshot(emulator);
      const answer = await stack.query(...requestOf(mutation, token));
      // What is still on its way could be performed. A login belongs to nobody, and goes on.
      const hanging = fault.login?.kind === 'hang' ? 1 : 0;
      await expect.poll(() => emulator.control.loggedInFlight()).toBe(hanging);
      const told = toldOf(mutation, answer);
      const observed = { ...told, ...sentOf(mutation, emulator), ...difference(before, snapshot(emulator)) };
      table.push(lineOf(mutation, fault, observed));
      expect(observed).toEqual(expected(mutation, fault));
      expect(answer.status).toBe(200);
      const said = JSON.stringify([answer.errors, told.userErrors]) + logged.join('');
      for (const value of [canary, token]) expect(said).not.toContain(value);
    } finally {
      await stack.close();
    }
  });
});

/** A stack of its own, with a few contacts and a token more than usual, where the fault awaits the write. */
async function start({ rules, login, upstream, lasts }: WriteFault, { call }: Mutation) {
  const env = { OPERATION_DEADLINE_MS: lasts ? '500' : '10000' };
  const stack = await startWriting({ env, emulator: { contacts: 20, secondContacts: 5 } });
  const { control, insert, close } = stack.emulator;
  for (const contact of [target, ...neighbours]) insert(contact);
  const { data } = await stack.query(`mutation { issueContactToken(
    input: {id: "${idOf(target.cid)}", expiresIn: 60, hits: ${hits}}
  ) { token } }`);
  control.reset();
  stack.logged.length = 0;
  for (const rule of rules) control.fault({ message: canary, ...rule, ...call });
  if (login !== undefined) control.fault({ message: canary, ...login, path: '/sts/login' });
  if (upstream === 'forgets its tokens') control.expireTokens();
  if (upstream === 'ends') {
    await close();
    for (let turns = 0; turns < 3; turns += 1) await wait(10); // until the gateway has seen its connections end
  }
  return { stack, token: data.issueContactToken.token as string };
}

type Contacts = Map<string, Record<string, unknown>>;
type Snapshot = { contacts: Contacts; tokens: readonly number[] };

/** Everybody of both organizations, as the profile shows them. */
function snapshot({ contacts, find, tokenHits }: Emulator): Snapshot {
  const cids = [...contacts(), ...contacts(second.organizationId)].map(({ cid }) => cid);
  return { contacts: new Map(cids.map((cid) => [cid, structuredClone({ ...find(cid) })])), tokens: tokenHits() };
}

function difference(before: Snapshot, after: Snapshot): Difference {
  const added = [...after.contacts].filter(([cid]) => !before.contacts.has(cid)).map(([, contact]) => contact);
  const changed = [...after.contacts].flatMap(([cid, contact]) => {
    const known = before.contacts.get(cid) ?? contact;
    const names = Object.keys({ ...known, ...contact }).filter(
      (name) => name !== 'modified' && JSON.stringify(known[name]) !== JSON.stringify(contact[name]),
    );
    return names.length === 0 ? [] : [[cid, Object.fromEntries(names.map((name) => [name, contact[name]]))]];
  });
  return {
    added: { ...Object.groupBy(added, ({ email }) => String(email)) },
    removed: [...before.contacts.keys()].filter((cid) => !after.contacts.has(cid)),
    changed: Object.fromEntries(changed),
    tokens: after.tokens,
  };
}

/** What the client hears of the row, or of all, and how many others fail. */
function toldOf({ field, others }: Mutation, { data, errors }: Answer) {
  const payload = others === undefined ? data[field] : data[field].results[1];
  const path = others === undefined ? [field] : [field, 'results', 1];
  const error = errors.find((each) => JSON.stringify(each.path) === JSON.stringify(path));
  const { requestId, ...extensions } = error?.extensions ?? {};
  const { userErrors, ...done } = payload ?? {};
  return {
    ...{ errors: errors.length, extensions, requestId: typeof requestId, userErrors: userErrors ?? null },
    done: userErrors?.length === 0 ? done : null,
  };
}

/** How often the write was sent, how often the other rows were done, and what went elsewhere. */
function sentOf({ call }: Mutation, { control }: Emulator) {
  const isOwn = ({ method, path }: { method: string; path: string }) =>
    method === call.method && new RegExp(call.path).test(path);
  const calls = control.calls().filter(({ route }) => route !== 'contact' && route !== 'login');
  return {
    sent: calls.filter(isOwn).length,
    others: calls.filter((each) => !isOwn(each) && each.status === 200).length,
    logins: control.counts().login,
    elsewhere: control.counts().unknown,
  };
}

/** What has to be observed. */
function expected(mutation: Mutation, { told: toldFor, sent, logins = 0, performed, hitsAll }: WriteFault) {
  const { repeatable, done, subject, others, difference, otherDifference } = mutation;
  const told = typeof toldFor === 'function' ? toldFor(mutation) : toldFor;
  const failed = typeof told === 'object';
  const count = others?.length ?? 0;
  const field = [...(others === undefined ? ['input'] : ['inputs', '1']), ...(told === 'NOT_FOUND' ? subject : [])];
  const changes = [performed ? difference : {}, hitsAll ? {} : (otherDifference ?? {})];
  return {
    errors: failed ? 1 + (hitsAll ? count : 0) : 0,
    extensions: failed ? { retryable: isRetryable(told.code, repeatable), ...told } : {},
    requestId: failed ? 'string' : 'undefined',
    userErrors: failed ? null : told === 'DONE' ? [] : [{ code: told, message: expect.stringMatching(/\.$/), field }],
    done: told === 'DONE' ? done : null,
    ...{ sent, logins, others: hitsAll ? 0 : count, elsewhere: 0 },
    added: Object.assign({}, ...changes.map(({ added }) => added)),
    removed: changes.flatMap(({ removed = [] }) => removed),
    changed: Object.assign({}, ...changes.map(({ changed }) => changed)),
    tokens: (performed && difference.tokens) || [hits],
  };
}

function isRetryable(code: string, repeatable: boolean): boolean {
  if (code === 'OUTCOME_UNKNOWN') return repeatable;
  return ['RATE_LIMITED', 'UPSTREAM_UNAVAILABLE', 'UPSTREAM_TIMEOUT'].includes(code);
}

type Observed = ReturnType<typeof toldOf> & ReturnType<typeof sentOf> & Difference;

function lineOf(mutation: Mutation, fault: WriteFault, { extensions, userErrors, sent, logins, ...changes }: Observed) {
  const told = extensions['code'] ?? userErrors?.[0]?.code ?? 'DONE';
  const { retryable, retryAfter } = extensions;
  const written = Object.keys(changes.added).length + changes.removed.length + Object.keys(changes.changed).length;
  const tokens = String(changes.tokens);
  return { mutation: mutation.name, fault: fault.name, told, retryable, retryAfter, sent, logins, written, tokens };
}

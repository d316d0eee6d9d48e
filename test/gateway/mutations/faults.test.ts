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
  otherContacts,
  requestOf,
  target,
} from '../../support/mutations.ts';
import { type WriteFault, writeFaults } from '../../support/write-faults.ts';
import { idOf, startWriting } from '../../support/write-gateway.ts';

const table: object[] = [];
afterAll(() => {
  if (process.env['FAULT_TABLE'] !== undefined) console.table(table);
});

describe.for(mutations)('the mutation $name', { concurrent: true }, (mutation) => {
  test.for(writeFaults)(
    'a mutation has the expected result and effect when its upstream call gets: $name',
    async (fault, { expect }) => {
      const { stack, token } = await start(fault, mutation);
      const { emulator, logged } = stack;
      try {
        const before = snapshot(emulator);
        const answer = await stack.query(...requestOf(mutation, token));
        // A pending call could still be executed. A login is not bound to a request, so a hanging one stays pending.
        const hanging = fault.login?.kind === 'hang' ? 1 : 0;
        await expect.poll(() => emulator.control.loggedInFlight()).toBe(hanging);
        const result = resultOf(mutation, answer);
        const observed = { ...result, ...callsOf(mutation, emulator), ...difference(before, snapshot(emulator)) };
        table.push(lineOf(mutation, fault, observed));
        expect(observed).toEqual(expected(mutation, fault));
        expect(answer.status).toBe(200);
        const visible = JSON.stringify([answer.errors, result.userErrors]) + logged.join('');
        for (const value of [canary, token]) expect(visible).not.toContain(value);
      } finally {
        await stack.close();
      }
    },
  );
});

/** Starts a gateway and an emulator with additional contacts and a customer token, and sets the fault for the write. */
async function start({ rules, login, upstream, endsAtDeadline }: WriteFault, { call }: Mutation) {
  // The cache holds the policies of the organization, so that the write is the only call of a creation.
  const env = { OPERATION_DEADLINE_MS: endsAtDeadline ? '1500' : '20000', SWITCHED_OFF: 'retry,rate-limit-gate' };
  const stack = await startWriting({ env, emulator: { contacts: 20, secondContacts: 5 } });
  const { control, insert, close } = stack.emulator;
  for (const contact of [target, ...otherContacts]) insert(contact);
  const { data } = await stack.query(`mutation { issueContactToken(
    input: {id: "${idOf(target.cid)}", expiresIn: 60, hits: ${hits}}
  ) { token } }`);
  await stack.query('{ organization { policies { key } } }');
  control.reset();
  stack.logged.length = 0;
  for (const rule of rules) control.fault({ message: canary, ...rule, ...call });
  if (login !== undefined) control.fault({ message: canary, ...login, path: '/sts/login' });
  if (upstream === 'forgets its tokens') control.expireTokens();
  if (upstream === 'ends') {
    await close();
    // The gateway must notice that its connections were closed.
    for (let times = 0; times < 3; times += 1) await wait(10);
  }
  return { stack, token: data.issueContactToken.token as string };
}

type Contacts = Map<string, Record<string, unknown>>;
type Snapshot = { contacts: Contacts; tokens: readonly number[] };

/** All contacts of both organizations with their profile fields. */
function snapshot({ contacts, find, tokenHits }: Emulator): Snapshot {
  const cids = [...contacts(), ...contacts(second.organizationId)].map(({ cid }) => cid);
  return { contacts: new Map(cids.map((cid) => [cid, structuredClone({ ...find(cid) })])), tokens: tokenHits() };
}

function difference(before: Snapshot, after: Snapshot): Difference {
  const added = [...after.contacts].filter(([cid]) => !before.contacts.has(cid)).map(([, contact]) => contact);
  const changed = [...after.contacts].flatMap(([cid, contact]) => {
    const previous = before.contacts.get(cid) ?? contact;
    const names = Object.keys({ ...previous, ...contact }).filter(
      (name) => name !== 'modified' && JSON.stringify(previous[name]) !== JSON.stringify(contact[name]),
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

/** The result of the mutation, or of its row with the fault, and the number of all errors. */
function resultOf({ field, otherInputs }: Mutation, { data, errors }: Answer) {
  const payload = otherInputs === undefined ? data[field] : data[field].results[1];
  const path = otherInputs === undefined ? [field] : [field, 'results', 1];
  const error = errors.find((each) => JSON.stringify(each.path) === JSON.stringify(path));
  const { requestId, ...extensions } = error?.extensions ?? {};
  const { userErrors, ...done } = payload ?? {};
  return {
    ...{ errors: errors.length, extensions, requestId: typeof requestId, userErrors: userErrors ?? null },
    done: userErrors?.length === 0 ? done : null,
  };
}

/** How often the write was sent, how many other rows were written, and the number of calls to other paths. */
function callsOf({ call }: Mutation, { control }: Emulator) {
  const isOwn = ({ method, path }: { method: string; path: string }) =>
    method === call.method && new RegExp(call.path).test(path);
  const besides = ['contact', 'login', 'organizationPolicies'];
  const calls = control.calls().filter(({ route }) => !besides.includes(route));
  return {
    sent: calls.filter(isOwn).length,
    others: calls.filter((each) => !isOwn(each) && (each.status === 200 || each.status === 201)).length,
    logins: control.counts().login,
    elsewhere: control.counts().unknown,
  };
}

/** The expected observation of a mutation with a fault. */
function expected(
  mutation: Mutation,
  { result: resultOrFunction, sendCount, loginCount = 0, performed, affectsAllRows }: WriteFault,
) {
  const { repeatable, payload, notFoundField, otherInputs, difference, otherDifference } = mutation;
  const result = typeof resultOrFunction === 'function' ? resultOrFunction(mutation) : resultOrFunction;
  const failed = typeof result === 'object';
  const count = otherInputs?.length ?? 0;
  const field = [
    ...(otherInputs === undefined ? ['input'] : ['inputs', '1']),
    ...(result === 'NOT_FOUND' ? notFoundField : []),
  ];
  const changes = [performed ? difference : {}, affectsAllRows ? {} : (otherDifference ?? {})];
  return {
    errors: failed ? 1 + (affectsAllRows ? count : 0) : 0,
    extensions: failed ? { retryable: isRetryable(result.code, repeatable), ...result } : {},
    requestId: failed ? 'string' : 'undefined',
    userErrors: failed
      ? null
      : result === 'DONE'
        ? []
        : [{ code: result, message: expect.stringMatching(/\.$/), field }],
    done: result === 'DONE' ? payload : null,
    ...{ sent: sendCount, logins: loginCount, others: affectsAllRows ? 0 : count, elsewhere: 0 },
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

type Observed = ReturnType<typeof resultOf> & ReturnType<typeof callsOf> & Difference;

function lineOf(mutation: Mutation, fault: WriteFault, { extensions, userErrors, sent, logins, ...changes }: Observed) {
  const code = extensions['code'] ?? userErrors?.[0]?.code ?? 'DONE';
  const { retryable, retryAfter } = extensions;
  const written = Object.keys(changes.added).length + changes.removed.length + Object.keys(changes.changed).length;
  const tokens = String(changes.tokens);
  return {
    mutation: mutation.name,
    fault: fault.name,
    result: code,
    retryable,
    retryAfter,
    sent,
    logins,
    written,
    tokens,
  };
}

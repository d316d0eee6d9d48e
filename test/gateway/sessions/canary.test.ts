import { expect, test } from 'vitest';
import { demo } from '../../../emulator/demo.ts';
import { startEmulator } from '../../../emulator/emulator.ts';
import { createLocalIdempotencyStore } from '../../../src/idempotency/store.ts';
import { createLocalScrollSessionStore } from '../../../src/upstream/pagination/session-store.ts';
import { createLocalWriteLog } from '../../../src/upstream/write-log/write-log.ts';
import { faultsQuoting } from '../../support/leaky-faults.ts';
import { formsOf, sinkNames, startWithSinks } from '../../support/output-sinks.ts';
import { sessionKey } from '../../support/sessions.ts';
import { idOf } from '../../support/write-gateway.ts';

test('customer sessions, session keys and customer tokens are only in the answer that returns them', {
  timeout: 60_000,
}, async () => {
  const emulator = await startEmulator({ contacts: 20, redeemLimit: { count: 1_000, seconds: 1 } });
  const stores = {
    scrollSessionStore: createLocalScrollSessionStore(2 ** 24),
    writeLog: createLocalWriteLog(),
    idempotencyStore: createLocalIdempotencyStore(2 ** 24),
  };
  const key = sessionKey();
  const env = { OPERATION_DEADLINE_MS: '1500', SESSION_KEYS: key, SESSION_MAY_DELETE: 'true' };
  const gateway = startWithSinks({ emulator, env, stores });
  const id = idOf(demo.contactId);

  const issued = await gateway.query(
    `mutation { issueContactToken(input: {id: "${id}", expiresIn: 60, hits: 50}) { token } }`,
  );
  const { token } = issued.data.issueContactToken;
  const start = `mutation ($token: String!) { startContactSession(input: {token: $token}) { session contact { cid } } }`;
  const started = await gateway.query(start, { token }, 'CanaryKey');
  const { session } = started.data.startContactSession;
  const renewed = await gateway.query(
    'mutation { renewContactSession { session } }',
    {},
    undefined,
    `Bearer ${session}`,
  );
  const { session: next } = renewed.data.renewContactSession;

  const answers: string[] = [];
  const send = async (query: string, variables?: object, bearer = session) => {
    answers.push((await gateway.query(query, variables, 'CanaryKey', `Bearer ${bearer}`)).text);
  };
  const update = `mutation { updateContact(input: {id: "${id}", firstName: "x"}) { contact { cid } userErrors { code } } }`;
  for (const fault of [undefined, ...faultsQuoting(session), ...faultsQuoting(token)]) {
    if (fault !== undefined) emulator.control.fault(fault);
    await send('{ viewer { contact { cid devices { totalCount } events { totalCount } } } contacts { totalCount } }');
    await send(update, {}, next);
    if (fault !== undefined)
      answers.push((await gateway.query(start, { token })).text.replace(/"session":"[^"]*"/, ''));
    emulator.control.clearFaults();
  }
  await send('{ viewer }', {}, `${session}A`);
  await send('{ __typename }', {}, session.slice(0, -1));
  await send(`{ node(id: "${session}") { id } }`);
  await send(start, { token: session });
  await send(`mutation { startContactSession(input: {token: "${token}"}) { nothing } }`);
  await send(`mutation { startContactSession(input: {token: "${token}", organizationId: "${session}"}) { session } }`);
  await send(`{ viewer { contact { cid } `.concat(session), { session });

  for (const value of [session, next, token, key]) {
    for (const form of formsOf(value)) {
      for (const text of answers) expect(text).not.toContain(form);
      for (const sink of sinkNames) expect(gateway.sinks[sink].join('\n').includes(form), sink).toBe(false);
    }
  }
  for (const sink of ['log', 'errors', 'headers', 'upstream'] as const) {
    // An empty sink would mean that it is not observed.
    expect(gateway.sinks[sink].join('').length, sink).toBeGreaterThan(500);
  }
  await gateway.close();
  await emulator.close();
});

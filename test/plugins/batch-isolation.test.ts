import { describe, expect, test } from 'vitest';
import { demo } from '../../emulator/demo.ts';
import { paths, startBatching } from '../support/batch.ts';
import { customerSessionEnvironment, issueToken } from '../support/sessions.ts';

const start = 'mutation ($input: StartContactSessionInput!) { startContactSession(input: $input) { session } }';

describe.each(paths)('on %s', (_path, env) => {
  test('a customer session that one operation starts does not authorize the others of its batch', async () => {
    const { stack, sendBatch, calls } = await startBatching({ ...env, ...customerSessionEnvironment() });
    const token = await issueToken(stack.emulator, demo.contactId, 1);
    stack.emulator.control.clearLog();
    const read = { query: `{ contact(by: {cid: "${demo.contactId}"}) { cid } }` };
    const refused = { errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] };
    const entries = await sendBatch([read, { query: start, variables: { input: { token } } }, read]);
    expect(entries).toMatchObject([refused, { data: { startContactSession: {} } }, refused]);
    const session: unknown = entries[1]?.data.startContactSession.session;
    expect(session).toEqual(expect.any(String));
    const made = calls();
    expect(await sendBatch([read], { authorization: `Bearer ${session}` })).toEqual([
      { data: { contact: { cid: demo.contactId } } },
    ]);
    expect(calls()).toBe(made + 1);
  });

  test('a batch is compressed, unless one of its answers may hold a secret', async () => {
    const { send } = await startBatching({ ...env, COMPRESS_FROM_BYTES: '500' });
    const page = { query: '{ contacts(first: 20) { nodes { id cid } } }' };
    const secret = { query: start, variables: { input: { token: 'canary' } } };
    const encodingOf = async (...operations: object[]) => {
      const { status, headers, text } = await send(operations, { 'accept-encoding': 'gzip' });
      expect([status, JSON.parse(text).length]).toEqual([200, operations.length]);
      return headers.get('content-encoding');
    };
    expect(await encodingOf(page, page)).toBe('gzip');
    expect(await encodingOf(page, secret, page)).toBeNull();
  });
});

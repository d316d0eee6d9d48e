import { describe, expect, test } from 'vitest';
import { demo } from '../../../emulator/demo.ts';
import type { FaultRule } from '../../../emulator/faults.ts';
import { customerSessionEnvironment, demoCredentials as good, startSessions } from '../../support/sessions.ts';
import { routesOf } from '../../support/write-gateway.ts';

/** The kind: an upstream that fails while it checks the username and the password of a customer session. */

describe('startContactSession with a username and a password', () => {
  test.each<[FaultRule, string]>([
    [{ kind: 'body', body: '{"status":"OK"}' }, 'UPSTREAM_BAD_RESPONSE'],
    [{ kind: 'body', body: '{"status":"OK","id":"a"}' }, 'UPSTREAM_BAD_RESPONSE'],
    [{ kind: 'body', body: '{"status":"OK","present":true}' }, 'UPSTREAM_BAD_RESPONSE'],
    [{ kind: 'body', body: '{"status":"OK","present":true,"id":"../x"}' }, 'UPSTREAM_BAD_RESPONSE'],
    [{ kind: 'body', body: '{"status":"OK","present":"true","id":"a"}' }, 'UPSTREAM_BAD_RESPONSE'],
    [{ kind: 'empty' }, 'UPSTREAM_BAD_RESPONSE'],
    [{ kind: 'ko' }, 'UPSTREAM_BAD_RESPONSE'],
    [{ kind: 'status', status: 429, retryAfter: '7' }, 'RATE_LIMITED'],
    [{ kind: 'ko', code: 'TOO_MANY_REQUESTS' }, 'RATE_LIMITED'],
    [{ kind: 'status', status: 500 }, 'UPSTREAM_UNAVAILABLE'],
    [{ kind: 'html' }, 'UPSTREAM_UNAVAILABLE'],
    [{ kind: 'reset' }, 'UPSTREAM_UNAVAILABLE'],
    [{ kind: 'hang' }, 'UPSTREAM_TIMEOUT'],
  ])('the fault %j of the upstream is %s, and starts no session', async (rule, code) => {
    const quick = await startSessions({ env: { ...customerSessionEnvironment(), OPERATION_DEADLINE_MS: '1000' } });
    quick.emulator.control.fault({ path: '/credential/check', ...rule });
    const { data, errors } = await quick.startSession({ credentials: good });
    expect(data).toEqual({ startContactSession: null });
    expect(errors).toMatchObject([{ path: ['startContactSession'], extensions: { code } }]);
    await quick.close();
  });

  test('a 429 of the upstream is not repeated, has its retryAfter, and neither delays nor refuses other calls', async () => {
    const guarded = await startSessions({ env: { ...customerSessionEnvironment(), SWITCHED_OFF: 'cache' } });
    guarded.emulator.control.fault({ path: '/credential/check', kind: 'status', status: 429, retryAfter: '7' });
    const { errors } = await guarded.startSession({ credentials: good });
    expect(errors).toMatchObject([{ extensions: { code: 'RATE_LIMITED', retryAfter: 7, retryable: true } }]);
    expect(routesOf(guarded)).toEqual(['checkCredentials']);
    const { data } = await guarded.startSession({ credentials: good }, 'session contact { cid }');
    expect(data.startContactSession.contact).toEqual({ cid: demo.contactId });
    await guarded.close();
  });

  test('a call that failed by a broken connection is repeated within the operation', async () => {
    const guarded = await startSessions({ env: { ...customerSessionEnvironment(), SWITCHED_OFF: 'cache' } });
    guarded.emulator.control.fault({ path: '/credential/check', kind: 'reset' });
    const { data } = await guarded.startSession({ credentials: good }, 'session');
    expect(data.startContactSession.session).toMatch(/^cgs_/);
    expect(routesOf(guarded)).toEqual(['checkCredentials', 'checkCredentials']);
    await guarded.close();
  });
});

import { expect, test } from 'vitest';
import { Overloaded, UpstreamUnavailable } from '../../../src/errors.ts';
import type { ResponseBody } from '../../../src/upstream/client/body.ts';
import type { Send, UpstreamCall } from '../../../src/upstream/client/client.ts';
import { withAttemptGuards } from '../../../src/upstream/resilience/attempt-guard.ts';

const body: ResponseBody = { bytes: Buffer.from('{}'), json: {} };
const call: UpstreamCall = { kind: 'read', method: 'GET', path: '/a', signal: new AbortController().signal };
const down = new UpstreamUnavailable('down');
const full = new Overloaded('full');
const refuse = () => {
  throw full;
};

/** Three guards before an upstream; `received` has the calls that they and the upstream received, and the middle guard runs `enter`. */
function guarded(enter: () => unknown, answer: Send = async () => body) {
  const received: unknown[] = [];
  const guards = ['outer', 'middle', 'inner'].map((name) => ({
    enter(given: UpstreamCall) {
      received.push([name, given === call]);
      return name === 'middle' ? enter() : `entry of ${name}`;
    },
    leave: (entry: unknown, given: UpstreamCall, error: unknown) =>
      void received.push([name, entry, given === call, error]),
  }));
  const send = withAttemptGuards(guards, (given) => {
    received.push(['sent', given === call]);
    return answer(given);
  });
  return { received, send };
}

const entered = [
  ['outer', true],
  ['middle', true],
  ['inner', true],
  ['sent', true],
];
const left = (entry: unknown, error?: Error) => [
  ['inner', 'entry of inner', true, error],
  ['middle', entry, true, error],
  ['outer', 'entry of outer', true, error],
];

test('an attempt that no guard delays is sent at once, and its end is reported to each guard, the innermost first', async () => {
  const { received, send } = guarded(() => undefined);
  const sent = send(call);
  expect(received).toEqual(entered);
  expect(await sent).toBe(body);
  expect(received).toEqual([...entered, ...left(undefined)]);
});

test('an attempt that one guard delays reaches the inner guards when that guard admits it', async () => {
  const { promise, resolve } = Promise.withResolvers<string>();
  const { received, send } = guarded(() => promise);
  const sent = send(call);
  await Promise.resolve();
  expect(received).toEqual(entered.slice(0, 2));
  resolve('late');
  expect(await sent).toBe(body);
  expect(received).toEqual([...entered, ...left('late')]);
});

test('the error of an attempt is passed to each guard and to the caller', async () => {
  const { received, send } = guarded(
    () => undefined,
    () => Promise.reject(down),
  );
  await expect(send(call)).rejects.toBe(down);
  expect(received).toEqual([...entered, ...left(undefined, down)]);
});

test.each([
  ['at once', refuse],
  ['after a wait', async () => refuse()],
])('an attempt that a guard refuses %s is not sent, and only the outer guards are informed', async (_, enter) => {
  const { received, send } = guarded(enter);
  await expect(send(call)).rejects.toBe(full);
  expect(received).toEqual([...entered.slice(0, 2), ['outer', 'entry of outer', true, full]]);
});

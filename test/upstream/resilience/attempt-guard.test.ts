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

/** Three guards before an upstream, and what they and it were told, in order; `enter` is what the middle one does. */
function guarded(enter: () => unknown, answer: Send = async () => body) {
  const told: unknown[] = [];
  const guards = ['outer', 'middle', 'inner'].map((name) => ({
    enter(given: UpstreamCall) {
      told.push([name, given === call]);
      return name === 'middle' ? enter() : `visit of ${name}`;
    },
    leave: (visit: unknown, given: UpstreamCall, error: unknown) =>
      void told.push([name, visit, given === call, error]),
  }));
  const send = withAttemptGuards(guards, (given) => {
    told.push(['sent', given === call]);
    return answer(given);
  });
  return { told, send };
}

const entered = [
  ['outer', true],
  ['middle', true],
  ['inner', true],
  ['sent', true],
];
const left = (visit: unknown, error?: Error) => [
  ['inner', 'visit of inner', true, error],
  ['middle', visit, true, error],
  ['outer', 'visit of outer', true, error],
];

test('a try that nobody holds back is sent at once, and each guard hears of its end, the innermost first', async () => {
  const { told, send } = guarded(() => undefined);
  const sent = send(call);
  expect(told).toEqual(entered);
  expect(await sent).toBe(body);
  expect(told).toEqual([...entered, ...left(undefined)]);
});

test('a try that one guard holds back comes to those behind it when that lets it through', async () => {
  const { promise, resolve } = Promise.withResolvers<string>();
  const { told, send } = guarded(() => promise);
  const sent = send(call);
  await Promise.resolve();
  expect(told).toEqual(entered.slice(0, 2));
  resolve('late');
  expect(await sent).toBe(body);
  expect(told).toEqual([...entered, ...left('late')]);
});

test('what a try fails with is what each guard hears, and its caller', async () => {
  const { told, send } = guarded(
    () => undefined,
    () => Promise.reject(down),
  );
  await expect(send(call)).rejects.toBe(down);
  expect(told).toEqual([...entered, ...left(undefined, down)]);
});

test.each([
  ['at once', refuse],
  ['after a wait', async () => refuse()],
])('a try that is refused %s is not sent, and only those outside hear of it', async (_, enter) => {
  const { told, send } = guarded(enter);
  await expect(send(call)).rejects.toBe(full);
  expect(told).toEqual([...entered.slice(0, 2), ['outer', 'visit of outer', true, full]]);
});

import { afterEach, expect, test } from 'vitest';
import { startFanOut } from '../support/fan-out.ts';

/** The kind: lists of keys, whose number of calls is known before the first of them. */

let stack: Awaited<ReturnType<typeof startFanOut>>;
afterEach(() => stack.close());

/** Two sockets admit four calls of one caller. The same key twice is one call. */
const keysOf = (name: string) => [1, 2, 3, 4, 4].map((index) => ({ username: `${name}${index}` }));
const query = 'query ($by: [ContactBy!]!) { contactsExist(by: $by) { exists } }';
const none = { errors: [], data: { contactsExist: Array(5).fill({ exists: false }) } };

test('the keys of a caller wait while its other keys have used up its calls, and another caller does not wait', async () => {
  stack = await startFanOut();
  const { control, routes } = stack;
  const [mine, others] = [await stack.client(), await stack.client()];
  control.fault({ path: 'username=a1', kind: 'delay', ms: 2_000 });
  const first = mine(query, { by: keysOf('a') });
  await expect.poll(routes).toHaveLength(4);
  const second = mine(query, { by: keysOf('b') });
  expect(await others(query, { by: keysOf('c') })).toMatchObject(none);
  expect(routes()).toHaveLength(8);
  expect(await Promise.all([first, second])).toMatchObject([none, none]);
  const names = control.calls().map(({ path }) => /username=(\w)/.exec(path)?.[1]);
  expect(names).toEqual([...'aaaaccccbbbb']);
});

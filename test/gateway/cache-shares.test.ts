import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Principals, startPrincipals } from '../support/principals.ts';

const [readOnce, readTwice] = [2_000, 1_000];
let stack: Principals;
beforeAll(async () => {
  const env = { CACHE_BYTES: `${2 ** 20}`, CACHE_CONTACT: '600000/0/0' };
  stack = await startPrincipals({ contacts: readOnce + readTwice + 2 }, {}, env);
}, 60_000);
beforeEach(() => stack.emulator.control.reset());
afterAll(() => stack.close());

type Reader = ReturnType<Principals['principal']>;
const calls = () => stack.emulator.control.calls().filter(({ route }) => route === 'contact').length;
const cids = () => stack.emulator.contacts().map(({ cid }) => cid);

/** Reads contacts, up to 50 in an operation. */
async function read(reader: Reader, wanted: readonly string[]): Promise<void> {
  for (let from = 0; from < wanted.length; from += 50) {
    const fields = wanted.slice(from, from + 50).map((cid, n) => `c${n}: contact(by: {cid: "${cid}"}) { cid }`);
    const { errors } = await reader.query(`{ ${fields.join(' ')} }`);
    expect(errors).toEqual([]);
  }
}

test('one caller displaces neither what others have read once nor what they have read again, however much it reads', async () => {
  const [many, few, another] = [stack.principal(), stack.principal(), stack.principal()];
  const [once, again, ...rest] = cids();
  await read(few, [once ?? '']);
  await read(another, [again ?? '']);
  await read(another, [again ?? '']);
  expect(calls()).toBe(2);

  await read(many, rest.slice(0, readOnce));
  for (let from = readOnce; from < rest.length; from += 50) {
    await read(many, rest.slice(from, from + 50));
    await read(many, rest.slice(from, from + 50));
  }
  expect(calls()).toBe(2 + readOnce + readTwice);

  await read(few, [once ?? '']);
  await read(another, [again ?? '']);
  expect(calls()).toBe(2 + readOnce + readTwice);
  await read(many, rest.slice(0, 50));
  expect(calls()).toBe(2 + readOnce + readTwice + 50); // The caller has displaced its own.
}, 120_000);

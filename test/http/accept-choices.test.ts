import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { findAccepted } from '../../src/http/request.ts';

/** What the gateway finds for this `Accept` header; the same object as long as the choice is kept. */
function acceptedOf(accept: string) {
  const request = new IncomingMessage(new Socket());
  return findAccepted(
    Object.assign(request, {
      method: 'POST',
      url: '/graphql',
      headers: { 'content-type': 'application/json', accept },
    }),
  );
}

test('the choices for 100 Accept headers are kept, and then the least recently used one goes', () => {
  const header = (n: number) => `application/json;q=0.${n + 1}`;
  const first = acceptedOf(header(0));
  expect(first).toEqual({ mediaType: 'application/json', parts: false });
  for (let n = 1; n < 100; n += 1) acceptedOf(header(n));
  expect(acceptedOf(header(0))).toBe(first);
  for (let n = 100; n < 200; n += 1) acceptedOf(header(n));
  const again = acceptedOf(header(0));
  expect(again).toEqual(first);
  expect(again).not.toBe(first);
});

test('nothing is kept of an Accept header of more than 200 characters, which is left to the Yoga path', () => {
  const padded = (length: number) => `application/json;q=0.5,${'x'.repeat(length)}`.slice(0, length);
  expect(acceptedOf(padded(200))).toEqual({ mediaType: 'application/json', parts: false });
  expect(acceptedOf(padded(201))).toBeUndefined();
});

/** How the panel of GraphiQL finds the explanation in a response. */
import { expect, test } from 'vitest';
import { readExplanation } from '../../src/plugins/graphiql/browser/explanation.js';

const explanation = { summary: '1 call, 0 saved', steps: [] };
const payload = (extensions?: object) => JSON.stringify({ data: {}, extensions });

test.each([
  ['a JSON response', 'application/json; charset=utf-8', payload({ explain: explanation })],
  [
    'the last part of a multipart response',
    'multipart/mixed; boundary="-"; deferSpec=20220824',
    ['', payload(), payload({ explain: explanation })].join('\r\n---\r\nContent-Type: application/json\r\n\r\n') +
      '\r\n-----',
  ],
  [
    'an event of an event stream',
    'text/event-stream; charset=utf-8',
    `:\n\nevent: next\ndata: ${payload()}\n\nevent: next\ndata: ${payload({ explain: explanation })}\n\nevent: complete\ndata:\n\n`,
  ],
])('the explanation is found in %s', async (_, type, body) => {
  expect(await readExplanation(new Response(body, { headers: { 'content-type': type } }))).toEqual(explanation);
});

test.each([payload(), '<!doctype html>', ''])('there is no explanation in %j', async (body) => {
  expect(await readExplanation(new Response(body))).toBeUndefined();
});

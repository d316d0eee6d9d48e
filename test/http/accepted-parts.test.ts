import { expect, test } from 'vitest';
import { chooseDelivery } from '../../src/http-message/incremental.ts';

const legacy = { format: '20220824', parameter: 'deferSpec=20220824' };
const current = { format: 'v0.2', parameter: 'incrementalSpec=v0.2' };
const unnamed = { format: '20220824', parameter: undefined };
const multipart = 'multipart/mixed';
const events = 'text/event-stream';

test.each<[string, string, object | undefined]>([
  [
    'Apollo Client',
    'multipart/mixed;deferSpec=20220824,application/graphql-response+json,application/json;q=0.9',
    { type: multipart, ...legacy },
  ],
  [
    'Apollo Client 4',
    'multipart/mixed;incrementalSpec=v0.2,application/graphql-response+json',
    { type: multipart, ...current },
  ],
  [
    'urql',
    'application/graphql-response+json, application/graphql+json, application/json, text/event-stream, multipart/mixed',
    { type: events, ...unnamed },
  ],
  [
    'Apollo Kotlin',
    'multipart/mixed;deferSpec=20220824, application/graphql-response+json, application/json',
    { type: multipart, ...legacy },
  ],
  ['quoted parameters', 'multipart/mixed; DEFERSPEC="20220824"', { type: multipart, ...legacy }],
  ['weights', 'text/event-stream;q=0.5, multipart/mixed;q=0.6', { type: multipart, ...unnamed }],
  [
    'the first of equal weight',
    'multipart/mixed;incrementalSpec=v0.2, multipart/mixed;deferSpec=20220824',
    { type: multipart, ...current },
  ],
  [
    'a format that is unknown beside one that is known',
    'multipart/mixed;deferSpec=2020, text/event-stream;incrementalSpec=v0.2',
    { type: events, ...current },
  ],
  ['JSON with a higher weight', 'application/json, multipart/mixed;q=0.9', undefined],
  ['a wildcard', '*/*, multipart/*', undefined],
  ['another charset', 'multipart/mixed;charset=utf-16', undefined],
  ['nothing', '', undefined],
])('the delivery that is accepted by %s', (_, accept, delivery) => {
  expect(chooseDelivery(accept)).toEqual(delivery);
});

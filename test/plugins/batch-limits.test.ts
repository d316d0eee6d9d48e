import { describe, expect, test } from 'vitest';
import { paths, startBatching } from '../support/batch.ts';

const branches = 'query Branches($first: Int!) { contacts(first: $first) { nodes { cid devices { totalCount } } } }';
const page = { query: branches, variables: { first: 4 }, extensions: { cost: true } };
/** Reads that two operations share would count for one of them. */
const unshared = { SWITCHED_OFF: 'cache,coalescer,retry,rate-limit-gate' };
const tooExpensive = { errors: [{ extensions: { code: 'QUERY_TOO_EXPENSIVE' } }] };

describe.each(paths)('on %s', (_path, env) => {
  test('the upstream calls of a batch are added up, and an operation beyond the limit makes none', async () => {
    const { sendBatch, calls } = await startBatching({ ...env, ...unshared, MAX_UPSTREAM_CALLS: '10' });
    const entries = await sendBatch([page, page, { ...page, variables: { first: 1 } }, { query: '{ __typename }' }]);
    expect(entries).toMatchObject([
      { data: {}, extensions: { cost: { requested: 5, actual: 5 } } },
      { data: {}, extensions: { cost: { requested: 5, actual: 5 } } },
      {
        errors: [
          {
            message: expect.stringMatching(/^This asks for up to 12 upstream calls, and 10 are allowed\./),
            extensions: { code: 'QUERY_TOO_EXPENSIVE', requested: 12, allowed: 10 },
          },
        ],
        extensions: { cost: { requested: 2, actual: 0 } },
      },
      { data: { __typename: 'Query' } },
    ]);
    expect(calls()).toBe(10);
  });

  test('each operation of a batch takes its own calls from the budget of its caller', async () => {
    const limits = { MAX_UPSTREAM_CALLS: '20', CALLS_PER_MINUTE: '20', CALLS_BURST_SECONDS: '1' };
    const { sendBatch, calls } = await startBatching({ ...env, ...unshared, ...limits });
    const entries = await sendBatch([page, page, page]);
    expect(entries.map(({ extensions }) => extensions?.cost['actual'])).toEqual([5, 5, 5]);
    expect(calls()).toBe(15);
    expect(await sendBatch([{ ...page, variables: { first: 9 } }])).toMatchObject([
      { errors: [{ extensions: { code: 'RATE_LIMITED' } }] },
    ]);
    expect(calls()).toBe(15);
  });

  test('the fields of all answers of a batch are added up before an operation is executed', async () => {
    const { sendBatch, calls } = await startBatching({ ...env, MAX_RESPONSE_FIELDS: '10000' });
    const query = 'query Rows($first: Int!) { contacts(first: $first) { nodes { cid } } }';
    const rows = { query, variables: { first: 50 } };
    const fields = Array.from({ length: 120 }, (_, index) => `a${index}: cid`).join(' ');
    const large = { query: query.replace('cid', fields), variables: { first: 50 } };
    expect(await sendBatch([large, large, rows])).toMatchObject([{ data: {} }, tooExpensive, { data: {} }]);
    expect(calls()).toBe(2);
  });

  test('the bytes of all answers of a batch are added up', async () => {
    const { sendBatch } = await startBatching({ ...env, MAX_RESPONSE_BYTES: '65536' });
    const fields = Array.from({ length: 16 }, (_, index) => `i${index}: id`).join(' ');
    const large = { query: `{ contacts(first: 50) { nodes { ${fields} } } }` };
    const entries = await sendBatch([large, large, { query: '{ __typename }' }]);
    expect(entries.filter(({ data }) => data?.contacts)).toHaveLength(1);
    expect(entries.filter(({ errors }) => errors !== undefined)).toMatchObject([tooExpensive]);
    expect(entries[2]).toEqual({ data: { __typename: 'Query' } });
  });

  test('the answers of a batch have at most 100 errors together, and one each in any case', async () => {
    const { sendBatch, calls } = await startBatching(env);
    const invalid = Array.from({ length: 60 }, (_, index) => `c${index}: contact(by: {cid: "a/b"}) { cid }`);
    const query = `{ ${invalid.join(' ')} }`;
    const entries = await sendBatch([{ query }, { query }, { query }, { query: '{ canary canary2 }' }]);
    expect(entries.map(({ errors }) => errors?.length)).toEqual([60, 40, 1, 1]);
    expect(entries.map(({ errors }) => errors?.at(-1)?.extensions['code'])).toEqual([
      ...['BAD_USER_INPUT', 'ERRORS_OMITTED', 'ERRORS_OMITTED', 'BAD_USER_INPUT'],
    ]);
    expect(entries[1]?.errors?.at(-1)?.message).toBe('21 more errors are not listed.');
    expect(calls()).toBe(0);
  });
});

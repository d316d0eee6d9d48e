import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startGateway, type TestGateway, toAnswer } from '../support/gateway.ts';

let stack: TestGateway;
beforeAll(async () => {
  stack = await startGateway();
});
afterAll(() => stack.close());

const url = 'http://gateway/graphql';
const json = { 'content-type': 'application/json' };
const query = '{ viewer { scopes } }';
type Init = Omit<RequestInit, 'headers'> & { headers?: Record<string, string>; duplex?: 'half' };

// Copied, because the fetch of Yoga writes a content-length into the headers it is given.
const send = ({ headers, ...init }: Init, path = url) =>
  stack.gateway.fetch(path, { ...init, headers: { ...headers } });

describe('requests that exceed a size limit', () => {
  test('a body of more than a megabyte is refused with 413', async () => {
    const body = JSON.stringify({ query, variables: { padding: 'x'.repeat(1_000_000) } });
    const { status, errors } = await toAnswer(await send({ method: 'POST', headers: json, body }));
    expect(status).toBe(413);
    expect(errors[0]?.extensions['code']).toBe('BAD_USER_INPUT');
  });

  test('a chunked body is refused as soon as more than a megabyte was read', async () => {
    const chunk = new TextEncoder().encode(' '.repeat(100_000));
    let chunks = 0;
    const body = new ReadableStream({
      pull(controller) {
        chunks += 1;
        if (chunks > 500) controller.close();
        else controller.enqueue(chunk);
      },
    });
    const { status } = await send({ method: 'POST', headers: json, body, duplex: 'half' });
    expect(status).toBe(413);
    expect(chunks).toBeLessThan(50);
  });

  test('a document of 15,000 characters is executed, and one more character is refused with 413 before parsing', async () => {
    const padded = (length: number) => `${query}${'#'.repeat(length - query.length)}`;
    const post = async (length: number) =>
      send({ method: 'POST', headers: json, body: JSON.stringify({ query: padded(length) }) });
    expect((await post(15_000)).status).toBe(200);
    expect((await post(15_001)).status).toBe(413);
  });

  test('many operations in one request are refused', async () => {
    const { status } = await send({ method: 'POST', headers: json, body: JSON.stringify([{ query }, { query }]) });
    expect(status).toBe(400);
  });
});

describe('requests that a page of another origin could make a browser send', () => {
  test.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/graphql',
    'application/json; charset=utf-16',
  ])('a POST of %s is refused with 415 and executes nothing', async (type) => {
    const response = await send({ method: 'POST', headers: { 'content-type': type }, body: JSON.stringify({ query }) });
    expect(response.status).toBe(415);
  });

  test('a POST without a content type is refused with 415', async () => {
    expect((await send({ method: 'POST', body: new TextEncoder().encode(JSON.stringify({ query })) })).status).toBe(
      415,
    );
  });

  test('a GET needs a header that a page of another origin cannot send', async () => {
    const path = `${url}?query=${encodeURIComponent(query)}`;
    const refused = await toAnswer(await send({}, path));
    expect(refused.status).toBe(403);
    expect(refused.errors[0]?.extensions['code']).toBe('FORBIDDEN');
    expect((await send({ headers: { 'graphql-require-preflight': '1' } }, path)).status).toBe(200);
  });

  test('CORS allows no origin, neither in a response nor in a preflight', async () => {
    const headers = { ...json, origin: 'https://evil.example' };
    const answer = await send({ method: 'POST', headers, body: JSON.stringify({ query }) });
    const preflight = await send({
      method: 'OPTIONS',
      headers: { ...headers, 'access-control-request-method': 'POST' },
    });
    for (const response of [answer, preflight]) {
      expect([...response.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
    }
  });
});

describe('the schema in production', () => {
  let production: TestGateway;
  beforeAll(async () => {
    production = await startGateway({ env: { NODE_ENV: 'production' } });
  });
  afterAll(() => production.close());

  test.each(['{ __schema { queryType { name } } }', '{ __type(name: "Contact") { name } }'])(
    'the introspection %s is refused in production',
    async (query) => {
      const { data, errors } = await production.query(query);
      expect(data).toBeNull();
      expect(errors[0]?.extensions['code']).toBe('BAD_USER_INPUT');
      expect((await stack.query(query)).errors).toEqual([]);
    },
  );

  test('__typename works without a public schema', async () => {
    expect((await production.query('{ __typename }')).data).toEqual({ __typename: 'Query' });
  });

  test.each([
    '{ viewr { scopes } }',
    '{ contact(bye: 1) { cid } }',
    '{ contacts(first: 1, orderBy: {feld: CREATED}) { nodes { cid } } }',
  ])('the error of %s suggests no name without a public schema', async (query) => {
    expect((await production.query(query)).text).not.toMatch(/did you mean/i);
    expect((await stack.query(query)).text).toMatch(/did you mean/i);
  });

  test('there is no GraphiQL without a public schema', async () => {
    const page = (gateway: TestGateway) => gateway.gateway.fetch(url, { headers: { accept: 'text/html' } });
    expect((await page(stack)).headers.get('content-type')).toContain('text/html');
    expect(await (await page(production)).text()).not.toMatch(/<script|graphiql:/i);
  });
});

/** Kind: media types and their parameters in the Content-Type and the Accept of a request, compared by the rules of HTTP. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { demo } from '../../emulator/demo.ts';
import { chooseCoding, chooseResponseType, namesType } from '../../src/http-message/accept.ts';
import { parseMediaType } from '../../src/http-message/media-type.ts';
import { startGateway, type TestGateway } from '../support/gateway.ts';
import { acceptHeaders, jsonTypes, notJsonTypes, responseJsonTypes, responseType } from '../support/media-types.ts';
import { startBothPaths } from '../support/raw-exchange.ts';

let stack: TestGateway;
let paths: Awaited<ReturnType<typeof startBothPaths>>;
beforeAll(async () => {
  stack = await startGateway({ emulator: { contacts: 10 }, env: { PUBLIC_SCHEMA: 'false' } });
  paths = await startBothPaths(stack);
  await stack.query('{ contacts(first: 1) { nodes { cid } } }'); // logs in
});
beforeEach(() => stack.emulator.control.reset());
afterAll(async () => {
  await paths.close();
  await stack.close();
});

const body = JSON.stringify({ query: `{ contact(by: {cid: "${demo.contactId}"}) { cid } }` });
const calls = () => stack.emulator.control.calls().length;

describe('the Content-Type of a request', () => {
  test.each(jsonTypes)('a request with the Content-Type %j is read on both paths', async (type) => {
    expect(await paths.exchange({ lines: [`content-type: ${type}`], body })).toEqual({
      status: 200,
      type: responseType.json,
    });
    expect(calls()).toBe(3);
  });

  test.each([...notJsonTypes, ...responseJsonTypes])(
    'a request with the Content-Type %j is refused with 415 on both paths, without an upstream call',
    async (type) => {
      const { status, code } = await paths.exchange({
        lines: [`content-type: ${type}`, 'x-graphql-yoga-csrf: 1'],
        body,
      });
      expect({ status, code }).toEqual({ status: 415, code: 'BAD_USER_INPUT' });
      expect(calls()).toBe(0);
    },
  );

  test.each([
    ['application/json', 'text/plain'],
    ['text/plain', 'application/json'],
    ['application/json', 'application/json; charset=utf-16'],
    ['application/json', 'application/json'],
  ])('a request with two Content-Type headers, %j and %j, is refused with 415 on both paths', async (...types) => {
    const { status } = await paths.exchange({ lines: types.map((type) => `content-type: ${type}`), body });
    expect([status, calls()]).toEqual([415, 0]);
  });
});

describe('the Accept of a request', () => {
  test.each(acceptHeaders)(
    'a request with the Accept %j gets a response of the type %j on both paths',
    async (accept, type) => {
      const sent = { lines: ['content-type: application/json', `accept: ${accept}`], body };
      const { status, type: actual } = await paths.exchange(sent);
      expect({ status, actual }).toEqual(
        type === undefined ? { status: 406, actual: responseType.json } : { status: 200, actual: type },
      );
      expect(calls()).toBe(type === undefined ? 0 : 3);
    },
  );

  test('a mutation is not executed when the client would not accept its response', async () => {
    const id = Buffer.from(`Contact:${demo.contactId}`).toString('base64');
    const query = `mutation { deleteContact(input: {id: "${id}"}) { deletedContactId } }`;
    const lines = ['content-type: application/json', 'accept: text/html'];
    expect((await paths.exchange({ lines, body: JSON.stringify({ query }) })).status).toBe(406);
    expect(calls()).toBe(0);
  });

  test('the Accept of a page and the Accept-Encoding of a file are read by the same rule', () => {
    for (const accept of ['text/html', 'TEXT/HTML;q=0.1', 'a/b, text/html'])
      expect(namesType(accept, 'text/html')).toBe(true);
    for (const accept of ['text/html;q=0', '*/*', 'text/htmlx', '']) expect(namesType(accept, 'text/html')).toBe(false);
    for (const [header, coding] of [
      ['gzip, br', 'br'],
      ['GZIP', 'gzip'],
      ['x-gzip', 'gzip'],
      ['br;q=0, gzip;q=0.5', 'gzip'],
      ['*', 'br'],
      ['*;q=0, gzip', 'gzip'],
      ['br ; Q=0 , *;q=0.1', 'gzip'],
      ['identity', 'identity'],
      ['', 'identity'],
    ]) {
      expect([header, chooseCoding(header ?? '', ['br', 'gzip'])]).toEqual([header, coding]);
    }
  });

  test('a long and malformed media type is parsed in linear time, and is not accepted as JSON', () => {
    const start = process.cpuUsage();
    for (const piece of ['"', '\\"', '; ', ';', 'a/b;c="', ', ', '*']) {
      const text = `application/json${piece.repeat(16_000 / piece.length)}x`;
      expect(parseMediaType(text)).toBeUndefined();
      chooseResponseType(text);
      chooseResponseType(text.slice(0, 2_000));
    }
    expect(process.cpuUsage(start).user).toBeLessThan(2_000_000); // in µs; an exponential pattern would take years
  });
});

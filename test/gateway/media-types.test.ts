/** Kind: media types and their parameters, compared by the rules of HTTP: in requests, in `Accept`, and of the upstream. */
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { demo } from '../../emulator/demo.ts';
import { createJwksFetch } from '../../src/auth/jwks-fetch.ts';
import { Secret } from '../../src/crypto/secret.ts';
import { UpstreamBadResponse } from '../../src/errors.ts';
import { chooseCoding, chooseResponseType, namesType } from '../../src/http-message/accept.ts';
import { parseMediaType } from '../../src/http-message/media-type.ts';
import { createUpstreamClient, type UpstreamClient } from '../../src/upstream/client/client.ts';
import { logIn } from '../../src/upstream/credential/login.ts';
import { startGateway, type TestGateway } from '../support/gateway.ts';
import { startBothPaths } from '../support/raw-exchange.ts';
import { type RawResponder, startRawResponder } from '../support/raw-responder.ts';

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
const json = 'application/json; charset=utf-8';
const graphql = 'application/graphql-response+json; charset=utf-8';

/** Content types that say JSON in UTF-8. */
const accepted = [
  'application/json',
  'Application/JSON',
  'APPLICATION/JSON',
  ' application/json ',
  'application/json;',
  'application/json ; ',
  'application/json;;',
  'application/json;charset=utf-8',
  'application/json;charset=UTF-8',
  'application/json; Charset=Utf-8',
  'application/json; CHARSET="UTF-8"',
  'application/json;charset="utf-8";',
  'application/json; charset="ut\\f-8"',
  'application/json; charset=utf8',
  'application/json; charset=us-ascii',
  'application/json; charset=US-ASCII',
  'application/json; charset=utf-8; charset=UTF-8',
  'application/json; version=1; charset=utf-8',
  'application/json; odata.metadata="a;b,c"; charset=utf-8',
  'application/json\t;\tcharset=utf-8\t',
];

/** Content types that say something else, or nothing that can be understood. */
const refused = [
  '',
  ';',
  'json',
  'application',
  'application/',
  '/json',
  'application/jsonp',
  'application/json+x',
  'application/x-json',
  'application /json',
  'application/json x',
  'application/json; charset',
  'application/json; charset=',
  'application/json; charset =utf-8',
  'application/json; charset= utf-8',
  'application/json; charset="utf-8',
  'application/json; charset=utf-16',
  'application/json; charset=UTF-16LE',
  'application/json; charset=utf-32',
  'application/json; charset=utf-7',
  'application/json; charset=latin1',
  'application/json; charset=iso-8859-1',
  'application/json; charset=windows-1252',
  'application/json; charset=nothing',
  'application/json; charset=utf-8; charset=utf-16',
  'application/json; charset=utf-16; charset=utf-8',
  'application/json, application/json',
  'application/json, text/plain',
  'text/plain',
  'text/plain; x=application/json',
  'text/html',
  'multipart/form-data; boundary=x',
  'application/x-www-form-urlencoded',
];

/** Types of JSON that a response may have and a request may not. */
const jsonTypes = [
  'application/graphql-response+json',
  'application/problem+json',
  'application/hal+json',
  'text/json',
];

describe('the Content-Type of a request', () => {
  test.each(accepted)('%j is JSON in UTF-8 on both paths', async (type) => {
    expect(await paths.exchange({ lines: [`content-type: ${type}`], body })).toEqual({ status: 200, type: json });
    expect(calls()).toBe(3);
  });

  test.each([...refused, ...jsonTypes])('%j is refused with 415 on both paths, without a call', async (type) => {
    const { status, code } = await paths.exchange({ lines: [`content-type: ${type}`, 'x-graphql-yoga-csrf: 1'], body });
    expect({ status, code }).toEqual({ status: 415, code: 'BAD_USER_INPUT' });
    expect(calls()).toBe(0);
  });

  test.each([
    ['application/json', 'text/plain'],
    ['text/plain', 'application/json'],
    ['application/json', 'application/json; charset=utf-16'],
    ['application/json', 'application/json'],
  ])('that occurs twice, %j and %j, is refused with 415 on both paths', async (...types) => {
    const { status } = await paths.exchange({ lines: types.map((type) => `content-type: ${type}`), body });
    expect([status, calls()]).toEqual([415, 0]);
  });
});

/** [Accept, media type of the response; undefined: 406] */
const accepts: [string, string | undefined][] = [
  ['*/*', json],
  ['', json],
  [',', json],
  ['nonsense', json],
  ['application/json', json],
  ['APPLICATION/JSON', json],
  ['application/*', json],
  ['application/graphql-response+json', graphql],
  ['Application/GraphQL-Response+JSON', graphql],
  ['application/graphql-response+json, application/json', graphql],
  ['application/json, application/graphql-response+json', json],
  ['application/json, text/plain, */*', json],
  ['application/graphql-response+json;q=0.9, application/json;q=0.1', graphql],
  ['application/json;q=0.1, application/graphql-response+json;q=0.9', graphql],
  ['application/json;q=0.1, application/graphql-response+json', graphql],
  ['application/json;q=0.1, */*', graphql],
  ['*/*;q=0.1, application/graphql-response+json;q=0.2', graphql],
  ['application/json;q=0, */*', graphql],
  ['application/json; Q=0, application/graphql-response+json', graphql],
  ['application/graphql-response+json;q=0, application/*', json],
  ['application/json;q=0.000, application/graphql-response+json;q=0.001', graphql],
  ['application/json;q=1.000', json],
  ['application/json;q=high', json],
  ['application/json;q=-1', json],
  ['application/json;q=.5', json],
  ['application/json;q="0.5"', json],
  ['application/json; charset=utf-8', json],
  ['application/json; charset="UTF-8"', json],
  ['application/json; charset=utf-16, application/graphql-response+json', graphql],
  ['text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2', json],
  ['text/html;x="a,b\\"c", application/json', json],
  ['text/html, application/xhtml+xml, application/xml;q=0.9, */*;q=0.8', json],
  [`${'text/html, '.repeat(60)}application/graphql-response+json`, graphql],
  ['text/html', undefined],
  ['application/xml', undefined],
  ['text/*', undefined],
  ['application/json;q=0', undefined],
  ['application/json;q=0, application/graphql-response+json;q=0.0', undefined],
  ['*/*;q=0', undefined],
  ['application/*;q=0, text/html', undefined],
];

describe('the Accept of a request', () => {
  test.each(accepts)('%j gets a response of the type %j on both paths', async (accept, type) => {
    const sent = { lines: ['content-type: application/json', `accept: ${accept}`], body };
    const { status, type: actual } = await paths.exchange(sent);
    expect({ status, actual }).toEqual(
      type === undefined ? { status: 406, actual: json } : { status: 200, actual: type },
    );
    expect(calls()).toBe(type === undefined ? 0 : 3);
  });

  test('executes no mutation whose response the client would not accept', async () => {
    const id = Buffer.from(`Contact:${demo.contactId}`).toString('base64');
    const query = `mutation { deleteContact(input: {id: "${id}"}) { deletedContactId } }`;
    const lines = ['content-type: application/json', 'accept: text/html'];
    expect((await paths.exchange({ lines, body: JSON.stringify({ query }) })).status).toBe(406);
    expect(calls()).toBe(0);
  });

  test('is read for a page and for a compressed file by the same rule', () => {
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

  test('is read in a moment, however long and odd it is, and is no JSON then', () => {
    const start = performance.now();
    for (const piece of ['"', '\\"', '; ', ';', 'a/b;c="', ', ', '*']) {
      const text = `application/json${piece.repeat(16_000 / piece.length)}x`;
      expect(parseMediaType(text)).toBeUndefined();
      chooseResponseType(text);
      chooseResponseType(text.slice(0, 2_000));
    }
    expect(performance.now() - start).toBeLessThan(2_000); // an exponential pattern would take years
  });
});

describe('the Content-Type of a response of the upstream', () => {
  let upstream: RawResponder;
  let client: UpstreamClient;
  beforeAll(async () => {
    upstream = await startRawResponder();
    client = createUpstreamClient({ url: upstream.url });
  });
  afterAll(async () => {
    await client.close();
    await upstream.close();
  });

  const respond = (text: string | Buffer, ...lines: string[]) => {
    const bytes = Buffer.from(text);
    const head = ['HTTP/1.1 200 OK', `content-length: ${bytes.length}`, ...lines, '', ''].join('\r\n');
    upstream.respondWith(Buffer.concat([Buffer.from(head, 'latin1'), bytes]));
  };
  const send = () =>
    client.send({ kind: 'read', method: 'GET', path: '/a', signal: AbortSignal.timeout(5_000) }).then(
      ({ json }) => json,
      (error: unknown) => error,
    );

  test.each([...accepted, ...jsonTypes, 'Application/Problem+JSON; charset="UTF-8"'])('%j is read', async (type) => {
    respond('{"status":"OK"}', `content-type: ${type}`);
    expect(await send()).toEqual({ status: 'OK' });
  });

  test.each(refused)('%j is refused', async (type) => {
    respond('{"status":"OK"}', `content-type: ${type}`);
    expect(await send()).toBeInstanceOf(UpstreamBadResponse);
  });

  test('that is absent, or occurs twice, is refused', async () => {
    respond('{"status":"OK"}');
    expect(await send()).toBeInstanceOf(UpstreamBadResponse);
    respond('{"status":"OK"}', 'content-type: application/json', 'content-type: text/html');
    expect(await send()).toBeInstanceOf(UpstreamBadResponse);
  });

  test('is read likewise for a login', async () => {
    const login = () => logIn(client, 'ck-1', new Secret('x'), AbortSignal.timeout(5_000));
    respond('\ufeff{"token":"a"}', 'content-type: Application/JSON;Charset="UTF-8"');
    expect((await login()).token.reveal()).toBe('a');
    for (const type of ['text/html', 'application/json; charset=latin1']) {
      respond('{"token":"a"}', `content-type: ${type}`);
      await expect(login()).rejects.toBeInstanceOf(UpstreamBadResponse);
    }
  });

  test('does not matter for the keys of an issuer, whose bytes are checked like all others', async () => {
    const { fetchKeys, close } = createJwksFetch({ issuer: upstream.url, jwksUrl: `${upstream.url}/keys` });
    const keys =
      '{"keys":[{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","note":"é"}]}';
    for (const [text, ...lines] of [
      [keys, 'content-type: application/jwk-set+json'],
      [keys, 'content-type: text/plain'],
      [keys],
      [`\ufeff${keys}`],
      [gzipSync(keys), 'content-encoding: GZip'],
      [gzipSync(keys), 'content-encoding: x-gzip'],
    ] as [string | Buffer, ...string[]][]) {
      respond(text, ...lines);
      expect((await fetchKeys()).keys).toMatchObject([{ note: 'é' }]);
    }
    for (const [text, ...lines] of [
      [Buffer.from(keys, 'latin1')],
      [Buffer.from(keys, 'utf16le')],
      [gzipSync(keys)],
      [keys, 'content-encoding: br'],
    ] as [string | Buffer, ...string[]][]) {
      respond(text, ...lines);
      await expect(fetchKeys()).rejects.toThrow();
    }
    await close();
  });
});

/** Kind: the Content-Type of a response of the upstream, its login and a key set, compared by the rules of HTTP. */
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createJwksFetch } from '../../../src/auth/jwks-fetch.ts';
import { Secret } from '../../../src/crypto/secret.ts';
import { UpstreamBadResponse } from '../../../src/errors.ts';
import { logIn } from '../../../src/upstream/credential/login.ts';
import { jsonTypes, notJsonTypes, responseJsonTypes } from '../../support/media-types.ts';
import { type ResponderClient, startResponderClient } from '../../support/responder-client.ts';

let stack: ResponderClient;
beforeAll(async () => {
  stack = await startResponderClient();
});
afterAll(() => stack.close());

const respond = (body: string | Buffer, ...lines: string[]) => stack.respond(body, ...lines);
const send = () => stack.send();

test.each([...jsonTypes, ...responseJsonTypes, 'Application/Problem+JSON; charset="UTF-8"'])(
  'a response with the Content-Type %j is read',
  async (type) => {
    respond('{"status":"OK"}', `content-type: ${type}`);
    expect(await send()).toEqual({ status: 'OK' });
  },
);

test.each(notJsonTypes)('a response with the Content-Type %j is refused', async (type) => {
  respond('{"status":"OK"}', `content-type: ${type}`);
  expect(await send()).toBeInstanceOf(UpstreamBadResponse);
});

test('a response without a Content-Type, or with two of them, is refused', async () => {
  respond('{"status":"OK"}');
  expect(await send()).toBeInstanceOf(UpstreamBadResponse);
  respond('{"status":"OK"}', 'content-type: application/json', 'content-type: text/html');
  expect(await send()).toBeInstanceOf(UpstreamBadResponse);
});

test('the Content-Type of the response to a login is read by the same rule', async () => {
  const login = () => logIn(stack.client, 'ck-1', new Secret('x'), AbortSignal.timeout(5_000));
  respond('\ufeff{"token":"a"}', 'content-type: Application/JSON;Charset="UTF-8"');
  expect((await login()).token.reveal()).toBe('a');
  for (const type of ['text/html', 'application/json; charset=latin1']) {
    respond('{"token":"a"}', `content-type: ${type}`);
    await expect(login()).rejects.toBeInstanceOf(UpstreamBadResponse);
  }
});

test('the key set of an issuer may have any Content-Type, and its bytes are checked like those of all responses', async () => {
  const { url } = stack.upstream;
  const { fetchKeys, close } = createJwksFetch({ issuer: url, jwksUrl: `${url}/keys` });
  // The public key of RFC 8037, with a key id beyond ASCII.
  const key = '"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"';
  const keys = `{"keys":[{${key},"kid":"é"}]}`;
  for (const [text, ...lines] of [
    [keys, 'content-type: application/jwk-set+json'],
    [keys, 'content-type: text/plain'],
    [keys],
    [`\ufeff${keys}`],
    [gzipSync(keys), 'content-encoding: GZip'],
    [gzipSync(keys), 'content-encoding: x-gzip'],
  ] as [string | Buffer, ...string[]][]) {
    respond(text, ...lines);
    expect((await fetchKeys()).keys).toMatchObject([{ kid: 'é' }]);
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

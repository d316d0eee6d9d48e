import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type BothPaths, listenOnBothPaths, paths } from '../documents/support.ts';
import { startGateway, type TestGateway, toAnswer } from '../support/gateway.ts';

let stack: TestGateway;
let gateway: BothPaths;
beforeAll(async () => {
  stack = await startGateway({ emulator: { contacts: 10 } });
  gateway = await listenOnBothPaths(stack.gateway);
});
beforeEach(() => stack.emulator.control.reset());
afterAll(async () => {
  await gateway.stop();
  await stack.close();
});

const query = 'query ($custom: JSONObject, $ids: [ID!] = []) { contactExists(by: {extId: "x"}) }';
const headers = { 'content-type': 'application/json', 'graphql-require-preflight': '1' };

async function postText(path: (typeof paths)[number], variables: string) {
  const body = `{"query": ${JSON.stringify(query)}, "variables": ${variables}}`;
  return toAnswer(await fetch(`${gateway.urls[path]}/graphql`, { method: 'POST', headers, body }));
}

const lists = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
const objects = (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
const fields = (count: number) => `{${Array.from({ length: count }, (_, n) => `"k${n}": 1`)}}`;

const depthMessage = 'The JSON of a request is at most 64 levels deep.';
const fieldsMessage = 'An object in the JSON of a request has at most 2000 fields, with those of the objects in it.';
const valuesMessage = 'The JSON of a request has at most 20000 fields and list items.';
const textMessage = 'A text in the JSON of a request has at most 100000 characters.';

/** Variables at a limit, and beyond it. The body and its variables are two levels, with four fields. */
const limits: readonly [string, string, string, string][] = [
  ['levels of lists', `{"x": ${lists(62)}}`, `{"x": ${lists(63)}}`, depthMessage],
  ['levels of objects', `{"x": ${objects(62)}}`, `{"x": ${objects(63)}}`, depthMessage],
  ['fields of an object', `{"x": [${fields(2_000)}]}`, `{"x": [${fields(2_001)}]}`, fieldsMessage],
  [
    'fields of the objects in an object',
    `{"x": [{"a": ${fields(999)}, "b": ${fields(999)}}]}`,
    `{"x": [{"a": ${fields(999)}, "b": ${fields(1_000)}}]}`,
    fieldsMessage,
  ],
  ['list items', `{"x": [${Array(19_990).fill(1)}]}`, `{"x": [${Array(20_000).fill(1)}]}`, valuesMessage],
  ['characters of a text', `{"x": "${'ä'.repeat(99_999)}"}`, `{"x": "${'ä'.repeat(100_000)}"}`, textMessage],
  ['characters of a name', `{"${'x'.repeat(99_999)}": 1}`, `{"${'x'.repeat(100_000)}": 1}`, textMessage],
];

describe.each(paths)('on the %s path the JSON of a request is limited before it is parsed', (path) => {
  test.each(limits)(
    `on the ${path} path the number of %s in variables is limited`,
    async (_, within, beyond, message) => {
      expect((await postText(path, within)).status).toBe(200);
      stack.emulator.control.reset();
      for (let n = 0; n < 2; n += 1) {
        const { status, errors } = await postText(path, beyond);
        expect(status).toBe(413);
        expect(errors).toMatchObject([{ message, extensions: { code: 'BAD_USER_INPUT' } }]);
      }
      expect(stack.emulator.control.calls()).toEqual([]);
    },
  );

  test(`on the ${path} path a document and an operation name are limited like every text`, async () => {
    for (const params of [{ query: 'x'.repeat(100_001) }, { query, operationName: 'x'.repeat(100_001) }]) {
      const { status, errors } = await gateway.post(path, params);
      expect([status, errors.map(({ message }) => message)]).toEqual([413, [textMessage]]);
    }
  });

  test.each(['variables', 'extensions'])(`on the ${path} path the %s of a GET are limited`, async (name) => {
    const get = async (json: string) => {
      const search = new URLSearchParams({ query: '{ __typename }', [name]: json });
      return toAnswer(await fetch(`${gateway.urls[path]}/graphql?${search}`, { headers }));
    };
    expect((await get(objects(64))).status).toBe(200);
    const { status, errors } = await get(objects(65));
    expect([status, errors.map(({ message }) => message)]).toEqual([413, [depthMessage]]);
  });
});

test('JSON that is not valid is refused as such, unless it is too large', async () => {
  for (const path of paths) {
    for (const invalid of ['{"x": "', '{"x": [}', '{"x": ]]]]}', '{{{{']) {
      const { status, errors } = await postText(path, invalid);
      expect([status, errors.length]).toEqual([400, 1]);
    }
    expect((await postText(path, '['.repeat(70))).status).toBe(413);
  }
});

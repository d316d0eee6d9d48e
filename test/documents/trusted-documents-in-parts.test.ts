// Trusted documents with @defer and @stream are answered by their ids as by their texts.
import { hash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { demo } from '../../emulator/demo.ts';
import { writeManifest } from '../support/manifest.ts';
import { allParts, current, legacy, paths, startDelivering } from '../support/parts.ts';

const documents = {
  deferred:
    'query Deferred($cid: ID!) { contact(by: {cid: $cid}) { cid ... @defer(label: "slow") { devices { totalCount } } } }',
  streamed: 'query Streamed($cid: ID!) { contact(by: {cid: $cid}) { cid segments @stream(initialCount: 1) { name } } }',
};
const variables = { cid: demo.contactId };
const sha256 = (text: string) => hash('sha256', text, 'hex');
const events = 'text/event-stream;incrementalSpec=v0.2';
const legacyEvents = 'text/event-stream';

const trusted = { DOCUMENTS_FILE: writeManifest(documents), DOCUMENTS_MODE: 'only' };

describe.each(paths)('on %s', (_path, env) => {
  describe.each([current, legacy, events, legacyEvents])('for a client that accepts %s', (accept) => {
    test.each(Object.entries(documents))(
      'the document "%s" has the same parts by its id, by its hash and by its text, the first time and later',
      async (documentId, query) => {
        const { send, control } = await startDelivering({ ...env, ...trusted });
        const persistedQuery = { version: 1, sha256Hash: sha256(query) };
        const references = [{ documentId }, { query }, { extensions: { persistedQuery } }, { documentId }];
        const answers = [];
        for (const { query: text, ...reference } of references) {
          const { status, headers, parts } = await send(text, { accept, variables, ...reference });
          answers.push({ status, type: headers.get('content-type'), parts: await allParts(parts) });
        }
        const [first] = answers;
        expect(first?.status).toBe(200);
        expect(first?.parts[0]).toMatchObject({ data: { contact: { cid: demo.contactId } }, hasNext: true });
        expect(first?.parts.at(-1)).toMatchObject({ hasNext: false });
        expect(answers).toEqual(answers.map(() => first));
        expect(control.counts()).toMatchObject({ contact: 4, devices: documentId === 'deferred' ? 4 : 0 });
      },
    );
  });

  test.each([
    ['an unknown id', { documentId: 'canary' }, 'PERSISTED_QUERY_NOT_FOUND'],
    ['a text that is not trusted', { query: `${documents.deferred} ` }, 'DOCUMENT_NOT_TRUSTED'],
  ])('%s is refused as without parts, and nothing is requested from the upstream', async (_, params, code) => {
    const { send, control } = await startDelivering({ ...env, ...trusted });
    const { query, ...reference } = { query: undefined, ...params };
    const sent = { ...reference, variables, headers: { 'x-request-id': 'one' } };
    const answer = async (accept: string) => {
      const { status, headers, parts } = await send(query, { ...sent, accept });
      return { status, type: headers.get('content-type'), parts: await allParts(parts) };
    };
    const refusal = await answer('application/json');
    expect(refusal.parts).toMatchObject([{ errors: [{ extensions: { code } }] }]);
    for (const accept of [current, legacy]) expect(await answer(accept)).toEqual(refusal);
    for (const accept of [events, legacyEvents]) expect((await answer(accept)).parts).toEqual(refusal.parts);
    expect(control.calls()).toEqual([]);
  });
});

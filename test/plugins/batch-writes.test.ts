import { describe, expect, test } from 'vitest';
import { paths, startBatching } from '../support/batch.ts';

const query = 'mutation ($input: CreateContactInput!) { createContact(input: $input) { outcome contact { id } } }';
const creation = (email: string) => ({
  query,
  variables: { input: { source: 'API', policies: { privacy: true, termsOfUse: true }, email } },
});

describe.each(paths)('on %s', (_path, env) => {
  test('the mutations of a batch are executed independently of each other', async () => {
    const { stack, sendBatch } = await startBatching(env);
    expect(await sendBatch([creation('one@canary.example'), creation('two@canary.example')])).toMatchObject([
      { data: { createContact: { outcome: 'CREATED' } } },
      { data: { createContact: { outcome: 'CREATED' } } },
    ]);
    expect(stack.emulator.control.counts().createContact).toBe(2);
  });

  test('a batch with an Idempotency-Key executes one mutation, also when it is sent again in another division', async () => {
    const { stack, sendBatch } = await startBatching(env);
    const key = { 'idempotency-key': 'batch' };
    const one = creation('one@canary.example');
    const [read, first, second] = await sendBatch(
      [{ query: '{ __typename }' }, one, creation('two@canary.example')],
      key,
    );
    expect(read).toEqual({ data: { __typename: 'Query' } });
    expect(first).toMatchObject({ data: { createContact: { outcome: 'CREATED' } } });
    expect(second).toMatchObject({
      errors: [
        {
          message: expect.stringMatching(/^Nothing was done: a batch with an Idempotency-Key has one mutation/),
          extensions: { code: 'BAD_USER_INPUT' },
        },
      ],
    });
    expect((await sendBatch([one], key))[0]).toEqual(first);
    expect(stack.emulator.control.counts().createContact).toBe(1);
  });
});

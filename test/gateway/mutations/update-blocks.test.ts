// updateContact with `document` and `processingConsent`: what is sent, and that neither can be cleared.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { demo } from '../../../emulator/demo.ts';
import type { TestGateway } from '../../support/gateway.ts';
import { ada, routesOf, startWriting, userErrors } from '../../support/write-gateway.ts';

const updateContact = `mutation ($input: UpdateContactInput!) { updateContact(input: $input) {
  contact { document { memberId number type } processingConsent { profiling personalData } } ${userErrors}
} }`;
const update = (input: object) => stack.query(updateContact, { input: { id: ada, ...input } });

let stack: TestGateway;
beforeAll(async () => {
  stack = await startWriting();
});
beforeEach(() => stack.emulator.control.reset());
afterAll(() => stack.close());

test('updateContact replaces the document and the consent, and changes no other field', async () => {
  const before = { ...stack.emulator.find(demo.contactId) };
  const document = { memberId: 'M-7', type: 'loyalty' };
  const { data, errors } = await update({ document, processingConsent: { profiling: false, personalData: true } });
  expect(errors).toEqual([]);
  expect(data.updateContact).toEqual({
    contact: {
      document: { ...document, number: null },
      processingConsent: { profiling: false, personalData: true },
    },
    userErrors: [],
  });
  expect(stack.emulator.find(demo.contactId)).toEqual({
    ...before,
    document,
    processingData: { profiling: false, processingPersonalData: true },
    modified: expect.any(String),
  });
});

test.each([
  [{ document: null }, 'NOT_ALLOWED', ['input', 'document']],
  [{ document: { memberId: null, type: 'a' } }, 'NOT_ALLOWED', ['input', 'document', 'memberId']],
  [{ document: {} }, 'REQUIRED', ['input', 'document']],
  [{ document: { number: '' } }, 'TOO_SHORT', ['input', 'document', 'number']],
  [{ processingConsent: null }, 'NOT_ALLOWED', ['input', 'processingConsent']],
  [{ processingConsent: { profiling: true } }, 'REQUIRED', ['input', 'processingConsent', 'personalData']],
  [
    { processingConsent: { profiling: null, personalData: true } },
    'NOT_ALLOWED',
    ['input', 'processingConsent', 'profiling'],
  ],
])('updateContact refuses what the upstream cannot clear or would lose: %j', async (input, code, field) => {
  const { data } = await update(input);
  expect(data.updateContact.userErrors).toMatchObject([{ code, field, message: expect.stringMatching(/\.$/) }]);
  expect(routesOf(stack)).toEqual([]);
});

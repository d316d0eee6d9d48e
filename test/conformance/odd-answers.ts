import fc from 'fast-check';
import { demo } from '../../emulator/demo.ts';
import { accountingField, contactBlock, contactField, deviceField, eventBlock } from '../../src/upstream/wire/index.ts';
import { oddObject, oddValue } from '../support/odd-values.ts';

/** Fields whose valid values are few, so that each type of the graph has some values in every run. */
const likely = {
  ...{ gender: ['male', 'F'], civilStatus: ['Mr', 'lady'], doubleOptin: ['confirmed', 'CONFIRM_WAITING'] },
  ...{ signupMethod: ['api', 'QR_CODE'], language: ['en', 'de-AT'], country: ['it', 'UK'], birthDate: ['2024-02-29'] },
  ...{
    email: ['ñandú@exämple.com'],
    phone: ['14155552671'],
    created: ['2022-07-21 18:41:09'],
    custom: [{ a: [1e300] }],
  },
};
const likelyFields = Object.fromEntries(
  Object.entries<unknown[]>(likely).map(([name, values]) => [name, fc.oneof(fc.constantFrom(...values), oddValue)]),
);

const metrics = fc.oneof(oddObject(contactBlock.metrics), oddValue);
const rows = (row: fc.Arbitrary<unknown>) =>
  fc.array(fc.oneof({ weight: 9, arbitrary: row }, oddValue), { maxLength: 3 });

/** Whatever the upstream may send for the contact of the demo and its branches. */
export const answers = fc.record({
  customer: oddObject(contactField, {
    ...likelyFields,
    cid: fc.constant(demo.contactId),
    metrics,
    segments: rows(oddObject(contactBlock.segments)),
    policies: rows(oddObject(contactBlock.policies)),
  }),
  events: rows(
    fc.record(Object.fromEntries(Object.entries(eventBlock).map(([name, names]) => [name, oddObject(names)]))),
  ),
  devices: rows(oddObject(deviceField)),
  accountings: rows(oddObject(accountingField)),
});

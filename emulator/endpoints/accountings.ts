import { accountingField, payload } from '../../src/upstream/wire/index.ts';
import { accountingsOf } from '../data/activity.ts';
import { withExactIntegers } from '../exact-integers.ts';
import { createEncoder } from '../wire-names.ts';
import { relatedRows } from './related-rows.ts';

const encode = createEncoder(accountingField);

/** Endpoint 5: the WiFi sessions of a contact. Byte counts above 2^53 are written as exact JSON integers. */
export const accountings = relatedRows(payload.accountings, accountingsOf, (rows) =>
  encode(rows.map(withExactIntegers)),
);

import { deviceField, payload } from '../../src/upstream/wire/index.ts';
import { devicesOf } from '../data/activity.ts';
import { createEncoder } from '../wire-names.ts';
import { relatedRows } from './related-rows.ts';

/** Endpoint 4: the devices of a contact. */
export const devices = relatedRows(payload.devices, devicesOf, createEncoder(deviceField));

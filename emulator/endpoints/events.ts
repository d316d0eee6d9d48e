import { eventBlock, eventField, payload } from '../../src/upstream/wire/index.ts';
import { eventsOf } from '../data/activity.ts';
import { createEncoder } from '../wire-names.ts';
import { relatedRows } from './related-rows.ts';

/** Endpoint 3: all events of a contact, in an order that the contract does not specify. */
export const events = relatedRows(payload.events, eventsOf, createEncoder(eventField, eventBlock));

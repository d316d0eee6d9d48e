import { idPattern } from '../../id.ts';
import { kindOf } from '../../upstream/decode/value-kind.ts';
import { contactField, eventBlock, eventBlockOf, eventField, payload } from '../../upstream/wire/index.ts';
import { wireLine } from '../contract/wire-lines.ts';
import { addFinding, field, type OpenCheck } from '../session.ts';

/** Returns the rows of a list in a body, or the one object in its place. */
export function rowsOf(body: unknown, name: string): readonly unknown[] {
  const value = field(body, name);
  if (Array.isArray(value)) return value;
  return kindOf(value) === 'object' ? [value] : [];
}

/** Returns a time of the upstream in ms since 1970; undefined for anything else. */
export function timeOf(value: unknown): number | undefined {
  const time = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}

/** Checks that times do not increase. @param wire the line of the wire contract that says so */
export function checkOrder(open: OpenCheck, times: readonly (number | undefined)[], wire: string): void {
  const known = times.filter((time) => time !== undefined);
  if (known.every((time, index) => index === 0 || time <= (known[index - 1] ?? time))) return;
  addFinding(open, { name: 'order', expected: 'the latest rows first', came: 'another order', wire });
}

/** Returns the ids of contacts, those with the most values first, because they show the most names. */
export function mostComplete(rows: readonly unknown[]): string[] {
  const values = (row: unknown) => Object.values(Object(row)).filter((value) => value != null && value !== '').length;
  const sorted = rows.toSorted((one, other) => values(other) - values(one));
  return sorted
    .map((row) => field(row, contactField.cid))
    .filter((cid): cid is string => typeof cid === 'string' && idPattern.test(cid));
}

/** Checks that each type of event has the object that belongs to it. */
export function checkBlocks(open: OpenCheck, rows: readonly unknown[]): void {
  for (const [type, block] of eventBlockOf) {
    const typed = rows.filter(
      (row) => (field(field(row, eventField.event), eventBlock.event.type) ?? field(row, eventField.type)) === type,
    );
    if (typed.length === 0 || typed.some((row) => field(row, block) !== undefined)) continue;
    const wire = wireLine('eventField', block);
    addFinding(open, {
      name: `${payload.events}.${block}`,
      expected: `object in events of type ${type}`,
      came: 'absent',
      wire,
    });
  }
}

/** Checks that the stated number of rows is that of the rows. */
export function checkCount(open: OpenCheck, body: unknown, rows: readonly unknown[]): void {
  const count = field(body, payload.count);
  if (typeof count !== 'number' || count === rows.length) return;
  const wire = wireLine('payload', payload.count);
  addFinding(open, { name: payload.count, expected: 'the number of rows', came: 'another number', wire });
}

/** The id of a contact that does not exist. */
export const unknownCid = '00000000000000000000000000d0c000';

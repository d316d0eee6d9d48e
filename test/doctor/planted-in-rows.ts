import { drop, nest, type Planted, rename, retype } from './differences.ts';

const id = '[0-9a-f]{32}';
const events = new RegExp(`^GET /v2/customers/${id}/events\\?.* 200`);
const devices = new RegExp(`^GET /v2/customers/${id}/devices 200`);
const accountings = new RegExp(`^GET /v2/customers/${id}/accountings 200`);
const seconds = (value: unknown) => Date.parse(String(value)) / 1000;

/** Differences in the answers of calls 3 to 5. */
export const rowDifferences: readonly Planted[] = [
  // 3: the events of a contact
  {
    what: 'times of events are renamed',
    call: events,
    change: rename('events.when.createdAt', 'created'),
    finding: ['events.when.createdAt', 'rows.ts', 'createdAt'],
  },
  {
    what: 'durations are texts',
    call: events,
    change: retype('events.visit.duration', (value) => `${value}s`),
    finding: ['events.visit.duration', 'rows.ts', 'duration'],
  },
  {
    what: 'visits are renamed',
    call: events,
    change: rename('events.visit', 'stay'),
    finding: ['events.visit', 'rows.ts', 'visit'],
  },
  {
    what: 'places are absent',
    call: events,
    change: drop('events.where'),
    finding: ['events.where', 'rows.ts', 'where'],
  },
  {
    what: 'places are nested',
    call: events,
    change: nest('events.where', 'context'),
    finding: ['events.where', 'rows.ts', 'where'],
  },
  // 4: the devices
  {
    what: 'MAC addresses are renamed',
    call: devices,
    change: rename('devices.macAddress', 'mac'),
    finding: ['devices.macAddress', 'rows.ts', 'macAddress'],
  },
  {
    what: 'connections are texts',
    call: devices,
    change: retype('devices.connections', String),
    finding: ['devices.connections', 'rows.ts', 'connections'],
  },
  {
    what: 'vendors are absent',
    call: devices,
    change: drop('devices.vendor'),
    finding: ['devices.vendor', 'rows.ts', 'vendor'],
  },
  // 5: the WiFi sessions
  {
    what: 'octets are nested',
    call: accountings,
    change: nest('accountings.inputOctets', 'traffic'),
    finding: ['accountings.inputOctets', 'rows.ts', 'inputOctets'],
  },
  {
    what: 'starts are numbers',
    call: accountings,
    change: retype('accountings.startAt', seconds),
    finding: ['accountings.startAt', 'rows.ts', 'startAt'],
  },
  {
    what: 'the number of sessions is wrong',
    call: accountings,
    change: retype('count', () => 1_000),
    finding: ['count', 'envelope.ts', 'count'],
  },
];

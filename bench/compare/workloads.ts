/** What is asked for, in the words of `schema.graphql`. Each request has a key of its own unless `sameKey` says no. */
export type Workload = {
  name: WorkloadName;
  title: string;
  query: string;
  /** The variable that holds the key: a contact's cid, or a condition that makes the pages different ones. */
  variable: 'cid' | 'key';
  sameKey: boolean;
  /** How many different callers there are. */
  callers: number;
  /** Whether Contactgraph runs with its cache of answers; peers have none. */
  cached: boolean;
  /** Rows that a page of it may need. */
  maxPageSize: number;
  /** Connections and upstream latency (ms) that it is measured with by default. */
  cells: readonly Cell[];
};

export type WorkloadName = 'W1' | 'W2' | 'W3' | 'W3L' | 'W4' | 'W5' | 'W6';

/** Runs are so many `times` as long as others, where an answer takes long: each connection is to get some. */
export type Cell = { connections: number; latencyMs: number; times?: number };

const busy: Cell = { connections: 64, latencyMs: 0 };
const busyForLong: Cell = { ...busy, times: 3 };
const busyAfar: Cell = { connections: 64, latencyMs: 20 };
const alone: Cell = { connections: 1, latencyMs: 0 };
const aloneAfar: Cell = { connections: 1, latencyMs: 20 };

const contact = `
  cid firstName lastName email phone country zipCode username locationName createdAt modifiedAt loginCount
  policies { key accepted }
  events(first: 20) { nodes { eventId type occurredAt locationName } }
  devices(first: 20) { nodes { macAddress connectionCount lastConnectedAt os vendor } }
  accountings(first: 20) {
    nodes { accountingId startedAt stoppedAt durationSeconds locationName hotspotName macAddress }
  }`;

const row = `
  cid title firstName lastName birthDate country zipCode createdAt modifiedAt email
  emailVerified phone phoneVerified username locked enabled locationCid locationName lastLoginAt loginCount`;

const oneContact = (name: string) => `query ${name}($cid: ID!) { contact(by: {cid: $cid}) {${contact}\n} }`;

const flatPage = (name: string, size: number) =>
  `query ${name}($key: String!) { contacts(first: ${size}, filter: {extProp1: $key}) { nodes {${row}\n} } }`;

const distinct = { sameKey: false, callers: 1, cached: true, maxPageSize: 1_000 } as const;

export const workloads: readonly Workload[] = [
  {
    ...{ name: 'W1', title: 'one contact: 12 fields, policies, 20 events, 3 devices, 20 WiFi sessions' },
    ...{ query: oneContact('W1'), variable: 'cid', ...distinct },
    cells: [busy, busyAfar, alone, aloneAfar],
  },
  {
    ...{ name: 'W2', title: 'a page of 50 contacts, each with its events and devices', variable: 'key', ...distinct },
    query: `query W2($key: String!) {
  contacts(first: 50, filter: {extProp1: $key}) {
    nodes {
      cid firstName lastName email
      events(first: 20) { nodes { eventId type occurredAt locationName } }
      devices(first: 20) { nodes { macAddress os } }
    }
  }
}`,
    cells: [busyForLong, aloneAfar],
  },
  {
    ...{ name: 'W3', title: 'a page of 1,000 contacts with 20 fields', variable: 'key', ...distinct },
    query: flatPage('W3', 1_000),
    cells: [busyForLong, aloneAfar],
  },
  {
    ...{ name: 'W3L', title: 'a page of 10,000 contacts with 20 fields', variable: 'key', ...distinct },
    ...{ query: flatPage('W3L', 10_000), maxPageSize: 10_000 },
    // Sixty-four answers of this size at once are more than some peers can hold.
    cells: [{ ...busyForLong, connections: 4 }, aloneAfar],
  },
  {
    ...{ name: 'W4', title: 'the contact of W1 through 20 aliases', variable: 'cid', ...distinct },
    query: `query W4($cid: ID!) {
  ${Array.from({ length: 20 }, (_, n) => `a${n}: contact(by: {cid: $cid}) { ...Whole }`).join('\n  ')}
}
fragment Whole on Contact {${contact}\n}`,
    cells: [busy, aloneAfar],
  },
  {
    ...{ name: 'W5', title: 'W1, all clients request the same contact with the same token', variable: 'cid' },
    ...{ query: oneContact('W5'), ...distinct, sameKey: true },
    cells: [busy, aloneAfar],
  },
  {
    ...{ name: 'W6', title: 'W5, each request with the token of another caller', variable: 'cid' },
    // More callers than connections, so that two of the requests in flight hardly ever have the same.
    ...{ query: oneContact('W6'), ...distinct, sameKey: true, callers: 256, cached: false },
    cells: [busy, aloneAfar],
  },
];

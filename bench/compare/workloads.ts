/** An operation on `schema.graphql` and how it is measured. Each request has a different key unless `sameKey` is set. */
export type Workload = {
  name: WorkloadName;
  title: string;
  query: string;
  /** The variable that holds the key: the cid of a contact, or a filter value that makes pages different. */
  variable: 'cid' | 'key';
  sameKey: boolean;
  /** The number of different callers. */
  callers: number;
  /** Whether Contactgraph runs with its response cache, which peers do not have. */
  cached: boolean;
  /** The page size that the workload needs. */
  maxPageSize: number;
  /** The default combinations of connections and upstream latency. */
  cells: readonly Cell[];
};

/** The names of the workloads. */
export type WorkloadName = 'W1' | 'W2' | 'W3' | 'W3L' | 'W4' | 'W5' | 'W6';

/** A number of connections and an upstream latency. Runs are `times` as long as usual, for workloads with slow responses. */
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
  emailVerified phone phoneVerified username locked enabled locationId locationName lastLoginAt loginCount`;

const oneContact = (name: string) => `query ${name}($cid: ID!) { contact(by: {cid: $cid}) {${contact}\n} }`;

const flatPage = (name: string, size: number) =>
  `query ${name}($key: String!) { contacts(first: ${size}, filter: {extProp1: $key}) { nodes {${row}\n} } }`;

const distinct = { sameKey: false, callers: 1, cached: true, maxPageSize: 1_000 } as const;

/** The workloads of the bench. */
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
    // Some peers run out of memory with 64 concurrent responses of this size.
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
    // There are more callers than connections, so that concurrent requests rarely have the same caller.
    ...{ query: oneContact('W6'), ...distinct, sameKey: true, callers: 256, cached: false },
    cells: [busy, aloneAfar],
  },
];

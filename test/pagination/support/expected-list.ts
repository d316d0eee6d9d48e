import type { Contact, Emulator } from '../../../emulator/emulator.ts';

/** A list that clients read: its query variables, and functions that define its rows and their order. */
export type List = {
  filter: Record<string, unknown> | null;
  holds(row: Contact): boolean;
  orderBy: { field: string; direction: 'ASC' | 'DESC' } | null;
  /** The value by which rows are ordered; undefined for a row without a value, and for a list without an order. */
  orderOf(row: Contact): string | null | undefined;
  /** Whether a scroll in this order can be opened in the middle of the list. */
  byTime: boolean;
  /** Of a list that is the union of several: the value that says which of them a row is in. Rows of one time are in its order. */
  partOf?(row: Contact): string;
  /** Whether the gateway knows the number of rows of a union. */
  hasTotal?: boolean;
};

/** The correct list, computed from the data of the emulator. Rows without a value are last, and equal rows are sorted by age. */
export function expectedRows(emulator: Emulator, { holds, orderBy, orderOf, partOf }: List): readonly Contact[] {
  const rows = emulator.contacts().filter(holds);
  if (partOf !== undefined) rows.sort((a, b) => compareTexts(partOf(a), partOf(b)));
  if (orderBy === null) return rows;
  const sign = orderBy.direction === 'DESC' ? -1 : 1;
  return rows.toSorted((a, b) => {
    const [x, y] = [orderOf(a) ?? undefined, orderOf(b) ?? undefined];
    if (x === y) return 0;
    if (x === undefined || y === undefined) return x === undefined ? 1 : -1;
    return x < y ? -sign : sign;
  });
}

const orders: readonly Pick<List, 'orderBy' | 'orderOf' | 'byTime'>[] = [
  { orderBy: null, orderOf: () => undefined, byTime: false },
  ...(['ASC', 'DESC'] as const).flatMap((direction) => [
    { orderBy: { field: 'CREATED_ABSOLUTE', direction }, orderOf: (row: Contact) => row.created, byTime: true },
    { orderBy: { field: 'MODIFIED_ABSOLUTE', direction }, orderOf: (row: Contact) => row.modified, byTime: true },
    { orderBy: { field: 'LAST_NAME', direction }, orderOf: (row: Contact) => row.lastName, byTime: false },
  ]),
  {
    orderBy: { field: 'CREATED', direction: 'DESC' },
    orderOf: (row) => row.created,
    byTime: true,
  },
];

const filters: readonly Pick<List, 'filter' | 'holds'>[] = [
  { filter: null, holds: () => true },
  { filter: { hasEmail: true }, holds: ({ email }) => typeof email === 'string' },
  { filter: { signupMethod: 'API' }, holds: ({ signupMethod }) => signupMethod === 'api' },
  // Both ends lie within the seconds that many contacts share.
  {
    filter: { createdFrom: '2026-01-01T00:00:02Z', createdTo: '2026-01-01T00:00:09Z' },
    holds: ({ created }) => isBetween(created, '2026-01-01T00:00:02Z', '2026-01-01T00:00:09Z'),
  },
  {
    filter: { modifiedFrom: '2026-02-01T00:00:01Z', hasEmail: true },
    holds: ({ modified, email }) => isBetween(modified, '2026-02-01T00:00:01Z', '9') && typeof email === 'string',
  },
];

/** Conditions with several values, which are read from one scroll for each combination of values. */
const unions: readonly Pick<List, 'filter' | 'holds' | 'partOf' | 'hasTotal'>[] = [
  {
    filter: { signupMethods: ['KIOSK', 'MOBILEAPP', 'API'], hasEmail: true },
    holds: ({ email }) => typeof email === 'string',
    partOf: ({ signupMethod }) => String(signupMethod),
  },
  {
    filter: { emails: ['b@example.com', 'a@example.com'], signupMethods: ['API', 'KIOSK'] },
    holds: ({ email }) => typeof email === 'string' && /^[ab]@/.test(email),
    partOf: ({ email, signupMethod }) => `${signupMethod} ${email}`,
    hasTotal: false,
  },
];

const timeOrders = orders.filter(({ byTime }) => byTime);

/** Every union in every order that it may have. */
export const unionLists: readonly List[] = unions.flatMap((union) =>
  timeOrders.map((order) => ({ ...union, ...order })),
);

/** Every filter in every order. */
export const lists: readonly List[] = [
  ...filters.flatMap((filter) => orders.map((order) => ({ ...filter, ...order }))),
  ...unionLists,
];

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function isBetween(value: unknown, from: string, to: string): boolean {
  return typeof value === 'string' && value >= from && value <= to;
}

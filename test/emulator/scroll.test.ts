import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Emulator, startEmulator } from '../../emulator/emulator.ts';
import { type Api, cidsOf, connect, listPath, walk } from './support.ts';

let emulator: Emulator;
let api: Api;
let second: Api;

beforeAll(async () => {
  emulator = await startEmulator({ contacts: 250 });
  api = await connect(emulator);
  second = await connect(emulator, emulator.clients.second);
});
beforeEach(() => emulator.control.reset());
afterAll(() => emulator.close());

const list = (params: Record<string, string>) => api('GET', listPath(emulator, params));
const all = () => emulator.contacts().map(({ cid }) => cid);

test('a walk reads every contact once, in order, and ends with an empty page', async () => {
  const pages = await walk(api, emulator, { size: '100' });
  expect(pages.map(({ body }) => body.count)).toEqual([100, 100, 50, 0]);
  expect(cidsOf(...pages)).toEqual(all());
  expect(new Set(pages.map(({ body }) => body.sid)).size).toBe(1);
  expect(pages.every(({ body }) => body.total === 250)).toBe(true);
});

test('the end may also be a page without sid', async () => {
  emulator.control.scrolls({ end: 'no-sid' });
  const pages = await walk(api, emulator, { size: '100' });
  expect(pages.map(({ body }) => body.count)).toEqual([100, 100, 50]);
  expect(pages.at(-1)?.body).not.toHaveProperty('sid');
  expect(cidsOf(...pages)).toEqual(all());
});

test('the sid may change on every page, and then only the newest is good', async () => {
  emulator.control.scrolls({ sidChanges: true });
  const first = await list({ size: '100' });
  const next = await list({ size: '100', sid: first.body.sid });
  expect(next.body.sid).not.toBe(first.body.sid);
  expect((await list({ size: '100', sid: first.body.sid })).status).toBe(410);
  expect(cidsOf(await list({ size: '100', sid: next.body.sid }))).toEqual(all().slice(200));
});

test('a page cannot be read twice: two readers of one sid steal each other’s pages', async () => {
  const { sid } = (await list({ size: '100' })).body;
  const [one, other] = await Promise.all([list({ size: '100', sid }), list({ size: '100', sid })]);
  expect([...cidsOf(one), ...cidsOf(other)].sort()).toEqual(all().slice(100).sort());
  expect((await list({ size: '100', sid })).body.count).toBe(0);
});

test('the total can be switched off', async () => {
  emulator.control.scrolls({ total: false });
  expect((await list({})).body).not.toHaveProperty('total');
});

test('size, filters and order may not change during a scroll', async () => {
  const { sid } = (await list({ size: '100', sortBy: 'email' })).body;
  expect((await list({ size: '99', sortBy: 'email', sid })).status).toBe(409);
  expect((await list({ size: '100', sortBy: 'phone', sid })).status).toBe(409);
  expect((await list({ size: '100', sortBy: 'email', withEmail: 'true', sid })).status).toBe(409);
  expect((await list({ size: '100', sortBy: 'email', sid })).body.count).toBe(100);
  expect((await list({ size: '100', sid })).body.count).toBe(50);
});

test('a scroll reads a snapshot: later writes do not show in it', async () => {
  const first = await list({ size: '100' });
  const [gone, changed] = [emulator.contacts()[150], emulator.contacts()[160]];
  emulator.remove(gone?.cid ?? '');
  emulator.update(changed?.cid ?? '', { firstName: 'Changed' });
  const added = emulator.insert({ firstName: 'New' });
  const second = await list({ size: '100', sid: first.body.sid });
  const third = await list({ size: '100', sid: first.body.sid });
  const cids = cidsOf(first, second, third);
  expect(cids).toHaveLength(250);
  expect(cids).toContain(gone?.cid);
  expect(cids).not.toContain(added.cid);
  expect(second.body.customers[60].firstName).toBe(changed?.firstName);
  expect((await list({ size: '10000' })).body).toMatchObject({ total: 250 });
  expect(cidsOf(await list({ size: '10000' }))).toEqual(all());
});

test.for([404, 409, 410] as const)('an expired sid answers %i, as configured', async (expiredStatus) => {
  emulator.control.scrolls({ expiredStatus });
  const { sid } = (await list({ size: '10' })).body;
  emulator.control.clock({ skewSeconds: 119 });
  expect((await list({ size: '10', sid })).status).toBe(200);
  emulator.control.clock({ skewSeconds: 119 + 119 }); // its last use counts
  expect((await list({ size: '10', sid })).status).toBe(200);
  emulator.control.clock({ skewSeconds: 119 + 119 + 121 });
  expect((await list({ size: '10', sid })).status).toBe(expiredStatus);
  expect((await list({ size: '10', sid: 'unknown' })).status).toBe(expiredStatus);
});

test('a restart of the upstream forgets every scroll', async () => {
  const { sid } = (await list({ size: '10' })).body;
  emulator.control.dropScrolls();
  expect((await list({ size: '10', sid })).status).toBe(410);
});

test('a sid of another organization is none', async () => {
  const { sid } = (await list({ size: '10' })).body;
  const { organizationId } = emulator.clients.second;
  expect((await second('GET', listPath({ organizationId }, { size: '10', sid }))).status).toBe(410);
  expect((await list({ size: '10', sid })).status).toBe(200);
});

test('a broken upstream may return the same page for the same sid for ever', async () => {
  emulator.control.scrolls({ loop: true });
  const { sid } = (await list({ size: '100' })).body;
  const pages = [await list({ size: '100', sid }), await list({ size: '100', sid }), await list({ size: '100', sid })];
  for (const page of pages) {
    expect(page.body.sid).toBe(sid);
    expect(cidsOf(page)).toEqual(all().slice(100, 200));
  }
});

test('a sid holds characters that a query has to escape', async () => {
  const { sid } = (await list({ size: '10' })).body;
  expect(sid).toMatch(/[+].*[/].*=$/);
  const unescaped = `/v2/customers/organizations/${emulator.organizationId}?size=10&sid=${sid}`;
  expect((await api('GET', unescaped)).status).toBe(410);
});

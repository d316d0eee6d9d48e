import { expect, test } from 'vitest';
import { cidsOf, contactsPath, logInClient, readScroll, startTestEmulator } from './support.ts';

const { emulator, api } = await startTestEmulator({ contacts: 250 });
const second = await logInClient(emulator, emulator.clients.second);

const list = (params: Record<string, string>) => api('GET', contactsPath(emulator, params));
const all = () => emulator.contacts().map(({ cid }) => cid);

test('a scroll returns every contact once, in order, and ends with an empty page', async () => {
  const pages = await readScroll(api, emulator, { size: '100' });
  expect(pages.map(({ body }) => body.count)).toEqual([100, 100, 50, 0]);
  expect(cidsOf(...pages)).toEqual(all());
  expect(new Set(pages.map(({ body }) => body.sid)).size).toBe(1);
  expect(pages.every(({ body }) => body.total === 250)).toBe(true);
});

test('a scroll can end with a page without a sid', async () => {
  emulator.control.scrolls({ end: 'no-sid' });
  const pages = await readScroll(api, emulator, { size: '100' });
  expect(pages.map(({ body }) => body.count)).toEqual([100, 100, 50]);
  expect(pages.at(-1)?.body).not.toHaveProperty('sid');
  expect(cidsOf(...pages)).toEqual(all());
});

test('a scroll can change its sid on every page, and then older sids are invalid', async () => {
  emulator.control.scrolls({ sidChanges: true });
  const first = await list({ size: '100' });
  const next = await list({ size: '100', sid: first.body.sid });
  expect(next.body.sid).not.toBe(first.body.sid);
  expect((await list({ size: '100', sid: first.body.sid })).status).toBe(410);
  expect(cidsOf(await list({ size: '100', sid: next.body.sid }))).toEqual(all().slice(200));
});

test('a page of a scroll cannot be read twice, and concurrent readers of one sid get different pages', async () => {
  const { sid } = (await list({ size: '100' })).body;
  const [one, other] = await Promise.all([list({ size: '100', sid }), list({ size: '100', sid })]);
  expect([...cidsOf(one), ...cidsOf(other)].sort()).toEqual(all().slice(100).sort());
  expect((await list({ size: '100', sid })).body.count).toBe(0);
});

test('the setting total: false removes the total from pages of the list', async () => {
  emulator.control.scrolls({ total: false });
  expect((await list({})).body).not.toHaveProperty('total');
});

test('size, filters and order must not change during a scroll', async () => {
  const { sid } = (await list({ size: '100', sortBy: 'email' })).body;
  expect((await list({ size: '99', sortBy: 'email', sid })).status).toBe(409);
  expect((await list({ size: '100', sortBy: 'phone', sid })).status).toBe(409);
  expect((await list({ size: '100', sortBy: 'email', withEmail: 'true', sid })).status).toBe(409);
  expect((await list({ size: '100', sortBy: 'email', sid })).body.count).toBe(100);
  expect((await list({ size: '100', sid })).body.count).toBe(50);
});

test('a scroll returns a snapshot that later writes do not change', async () => {
  const first = await list({ size: '100' });
  const [removed, changed] = [emulator.contacts()[150], emulator.contacts()[160]];
  emulator.remove(removed?.cid ?? '');
  emulator.update(changed?.cid ?? '', { firstName: 'Changed' });
  const added = emulator.insert({ firstName: 'New' });
  const second = await list({ size: '100', sid: first.body.sid });
  const third = await list({ size: '100', sid: first.body.sid });
  const cids = cidsOf(first, second, third);
  expect(cids).toHaveLength(250);
  expect(cids).toContain(removed?.cid);
  expect(cids).not.toContain(added.cid);
  expect(second.body.customers[60].firstName).toBe(changed?.firstName);
  expect((await list({ size: '10000' })).body).toMatchObject({ total: 250 });
  expect(cidsOf(await list({ size: '10000' }))).toEqual(all());
});

test.for([404, 409, 410] as const)(
  'an expired sid is a %i, as the setting expiredStatus says',
  async (expiredStatus) => {
    emulator.control.scrolls({ expiredStatus });
    const { sid } = (await list({ size: '10' })).body;
    emulator.control.clock({ skewSeconds: 119 });
    expect((await list({ size: '10', sid })).status).toBe(200);
    emulator.control.clock({ skewSeconds: 119 + 119 }); // The lifetime starts at the last use.
    expect((await list({ size: '10', sid })).status).toBe(200);
    emulator.control.clock({ skewSeconds: 119 + 119 + 121 });
    expect((await list({ size: '10', sid })).status).toBe(expiredStatus);
    expect((await list({ size: '10', sid: 'unknown' })).status).toBe(expiredStatus);
  },
);

test('the control function dropScrolls invalidates every sid', async () => {
  const { sid } = (await list({ size: '10' })).body;
  emulator.control.dropScrolls();
  expect((await list({ size: '10', sid })).status).toBe(410);
});

test('a sid is invalid for another organization', async () => {
  const { sid } = (await list({ size: '10' })).body;
  const { organizationId } = emulator.clients.second;
  expect((await second('GET', contactsPath({ organizationId }, { size: '10', sid }))).status).toBe(410);
  expect((await list({ size: '10', sid })).status).toBe(200);
});

test('the setting loop makes a scroll return the same page for the same sid', async () => {
  emulator.control.scrolls({ loop: true });
  const { sid } = (await list({ size: '100' })).body;
  const pages = [await list({ size: '100', sid }), await list({ size: '100', sid }), await list({ size: '100', sid })];
  for (const page of pages) {
    expect(page.body.sid).toBe(sid);
    expect(cidsOf(page)).toEqual(all().slice(100, 200));
  }
});

test('a sid contains characters that a query has to escape', async () => {
  const { sid } = (await list({ size: '10' })).body;
  expect(sid).toMatch(/[+].*[/].*=$/);
  const unescaped = `/v2/customers/organizations/${emulator.organizationId}?size=10&sid=${sid}`;
  expect((await api('GET', unescaped)).status).toBe(410);
});

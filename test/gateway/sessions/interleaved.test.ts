import { expect, test } from 'vitest';
import { notDemo, startSessions } from '../../support/sessions.ts';
import { idOf } from '../../support/write-gateway.ts';

const pairs = 1_000;

test('sessions of two contacts that ask the same at once, a thousand times, never see each other', {
  timeout: 120_000,
}, async () => {
  const stack = await startSessions({ env: notDemo(), emulator: { contacts: 20 } });
  const people = await Promise.all(
    ['AliceCanary', 'BobCanary'].map(async (name) => {
      const { cid } = stack.emulator.insert({ firstName: name, lastName: name, email: `${name}@example.com` });
      return { cid, name, ask: await stack.asContact(cid) };
    }),
  );
  const query = `query ($ids: [ID!]!) { viewer { contact { cid firstName email custom } } nodes(ids: $ids) { id } }`;
  const update = `mutation ($id: ID!, $name: String) {
    updateContact(input: {id: $id, lastName: $name}) { contact { cid firstName lastName } userErrors { code } } }`;
  let written = 0;
  async function once(round: number): Promise<void> {
    const headers = { 'idempotency-key': `round-${round}` };
    await Promise.all(
      people.map(async ({ cid, name, ask }, index) => {
        const other = people[1 - index] ?? { cid: '', name: '' };
        const ids = [idOf(other.cid), idOf(cid)];
        const { data, errors, text } =
          round % 10 === 0
            ? await ask(update, { id: ids[1], name: `${name}${round}` }, headers)
            : await ask(query, { ids }, headers);
        expect(errors).toEqual([]);
        expect(text).not.toContain(other.name);
        expect(text).not.toContain(other.cid);
        if (round % 10 === 0) written += 1;
        else
          expect(data).toMatchObject({ viewer: { contact: { cid, firstName: name } }, nodes: [null, { id: ids[1] }] });
      }),
    );
  }
  const rounds = Array.from({ length: pairs }, (_, round) => round).values();
  await Promise.all(
    Array.from({ length: 10 }, async () => {
      for (const round of rounds) await once(round);
    }),
  );
  expect(written).toBe((2 * pairs) / 10);
  for (const { cid, name } of people) {
    expect(stack.emulator.find(cid)).toMatchObject({
      firstName: name,
      lastName: expect.stringMatching(new RegExp(`^${name}\\d+$`)),
    });
  }
  await stack.close();
});

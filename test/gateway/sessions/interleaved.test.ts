import { expect, test } from 'vitest';
import { customerSessionEnvironment, startSessions } from '../../support/sessions.ts';
import { idOf } from '../../support/write-gateway.ts';

const pairs = 1_000;

test('two customer sessions that send the same query concurrently a thousand times never get data of each other', {
  timeout: 120_000,
}, async () => {
  const stack = await startSessions({ env: customerSessionEnvironment(), emulator: { contacts: 20 } });
  const contacts = await Promise.all(
    ['AliceCanary', 'BobCanary'].map(async (name) => {
      const { cid } = stack.emulator.insert({ firstName: name, lastName: name, email: `${name}@example.com` });
      return { cid, name, send: await stack.queryAsContact(cid) };
    }),
  );
  const query = `query ($ids: [ID!]!) { viewer { contact { cid firstName email custom } } nodes(ids: $ids) { id } }`;
  const update = `mutation ($id: ID!, $name: String) {
    updateContact(input: {id: $id, lastName: $name}) { contact { cid firstName lastName } userErrors { code } } }`;
  let updates = 0;
  async function sendRound(round: number): Promise<void> {
    const headers = { 'idempotency-key': `round-${round}` };
    await Promise.all(
      contacts.map(async ({ cid, name, send }, index) => {
        const other = contacts[1 - index] ?? { cid: '', name: '' };
        const ids = [idOf(other.cid), idOf(cid)];
        const { data, errors, text } =
          round % 10 === 0
            ? await send(update, { id: ids[1], name: `${name}${round}` }, headers)
            : await send(query, { ids }, headers);
        expect(errors).toEqual([]);
        expect(text).not.toContain(other.name);
        expect(text).not.toContain(other.cid);
        if (round % 10 === 0) updates += 1;
        else
          expect(data).toMatchObject({ viewer: { contact: { cid, firstName: name } }, nodes: [null, { id: ids[1] }] });
      }),
    );
  }
  const rounds = Array.from({ length: pairs }, (_, round) => round).values();
  await Promise.all(
    Array.from({ length: 10 }, async () => {
      for (const round of rounds) await sendRound(round);
    }),
  );
  expect(updates).toBe((2 * pairs) / 10);
  for (const { cid, name } of contacts) {
    expect(stack.emulator.find(cid)).toMatchObject({
      firstName: name,
      lastName: expect.stringMatching(new RegExp(`^${name}\\d+$`)),
    });
  }
  await stack.close();
});

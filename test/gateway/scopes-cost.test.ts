import { afterAll, beforeAll, expect, test } from 'vitest';
import { scopes } from '../../src/upstream/wire/index.ts';
import { type Principals, startPrincipals } from '../support/principals.ts';

let all: Principals;
beforeAll(async () => {
  all = await startPrincipals({ contacts: 300 });
});
afterAll(() => all.close());

/** How often it is looked up what the caller may do, for a page of so many rows. */
async function countChecks(rows: number, fields: string): Promise<number> {
  let checks = 0;
  const caller = {
    get scopes() {
      checks += 1;
      return scopes;
    },
  };
  const principal = all.principal();
  Object.defineProperty(principal.caller, 'scopes', Object.getOwnPropertyDescriptor(caller, 'scopes') ?? {});
  const { data, errors } = await principal.ask(`{ contacts(first: ${rows}) { nodes ${fields} } }`);
  expect(errors).toEqual([]);
  expect(data.contacts.nodes).toHaveLength(rows);
  return checks;
}

test('a page of leaves costs no check per row', async () => {
  const leaves =
    '{ id cid firstName lastName gender email phone createdAt locked metrics { totalVisits } policies { key accepted } externalIds { extId } }';
  expect(await countChecks(300, leaves)).toBe(await countChecks(1, leaves));
});

test('a field that may call the upstream is checked once a row', async () => {
  const none = await countChecks(50, '{ cid }');
  expect((await countChecks(50, '{ cid wifiProfiles { passpoint { realm } } }')) - none).toBe(50);
});

import { afterAll, beforeAll, expect, test } from 'vitest';
import { scopes } from '../../src/upstream/wire/index.ts';
import { type Principals, startPrincipals } from '../support/principals.ts';

let all: Principals;
beforeAll(async () => {
  all = await startPrincipals({ contacts: 300 });
});
afterAll(() => all.close());

/** Counts how often the scopes of the caller are read for a page with this number of rows. */
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
  const { data, errors } = await principal.query(`{ contacts(first: ${rows}) { nodes ${fields} } }`);
  expect(errors).toEqual([]);
  expect(data.contacts.nodes).toHaveLength(rows);
  return checks;
}

test('a page of leaf fields needs no check of scopes for each row', async () => {
  const leaves =
    '{ id cid firstName lastName gender email phone createdAt locked metrics { totalVisits } policies { key accepted } externalIds { extId } }';
  // A larger page waits for admission, which reads the caller once more for the whole operation.
  expect(await countChecks(250, leaves)).toBe(await countChecks(1, leaves));
});

test('the scopes for a field that may call the upstream are checked once for each row, and once for the cost of the operation', async () => {
  const none = await countChecks(50, '{ cid }');
  expect((await countChecks(50, '{ cid wifiProfiles { passpoint { realm } } }')) - none).toBe(51);
});

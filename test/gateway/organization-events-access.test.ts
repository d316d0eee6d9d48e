import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Principals, startPrincipals } from '../support/principals.ts';

describe('who may read the events of an organization', () => {
  let all: Principals;
  beforeAll(async () => {
    all = await startPrincipals({ contacts: 5, secondContacts: 5 });
  });
  afterAll(() => all.close());
  const query = '{ organization { cid events(first: 2) { nodes { eventId contactId } pageInfo { endCursor } } } }';

  test.each([['organization_read'], ['customer_read', 'events_read']] as const)(
    'a caller with the scope %s may',
    async (...scopes) => {
      const { data, errors } = await all.principal('manager', { scopes }).query(query);
      expect(errors).toEqual([]);
      expect(data.organization.events.nodes).toHaveLength(2);
    },
  );

  test('a caller without the scope, and a customer session, may not, and make no call', async () => {
    const cid = all.emulator.contacts()[0]?.cid ?? '';
    for (const who of [{ scopes: ['customer_read'] as const }, { contactId: cid, scopes: [] }]) {
      all.emulator.control.clearLog();
      const { errors } = await all.principal('manager', who).query(query);
      expect(errors.at(-1)?.extensions['code']).toBe('FORBIDDEN');
      expect(all.emulator.control.counts().organizationEvents).toBe(0);
    }
  });

  test('a cursor of another organization is invalid', async () => {
    const { data } = await all.principal('manager').query(query);
    const after = data.organization.events.pageInfo.endCursor;
    const other = query.replace('first: 2', `first: 2, after: "${after}"`);
    const { errors } = await all.principal('second').query(other);
    expect(errors[0]?.extensions['code']).toBe('CURSOR_INVALID');
  });
});

import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { demo } from '../../emulator/demo.ts';
import { userErrors } from './write-gateway.ts';

/** Creates a contact, for which the policies of the organization are read first. */
export const createContact = `mutation ($input: CreateContactInput!) { createContact(input: $input) { outcome ${userErrors} } }`;

/** Which upstream call lists the policies, for a fault of the emulator. */
export const listed = { path: '/policies$', method: 'GET' } as const;

/** Writes an organizations file with these policies, and returns the environment that names it. */
export function fileWith(entries: object[] | undefined): Record<string, string> {
  const file = join(mkdtempSync(join(tmpdir(), 'contactgraph-')), 'organizations.json');
  const organization = { cid: demo.organizationId, ...(entries && { policies: entries }) };
  writeFileSync(file, JSON.stringify({ organizations: [organization] }));
  return { ORGANIZATIONS_FILE: file };
}

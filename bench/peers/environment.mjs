// The settings that every peer gets, and the schema that they share.

import { readFileSync } from 'node:fs';
import process from 'node:process';
import { organizationId } from '../upstream/ids.ts';

export const port = Number(process.env.PORT);
export const upstreamUrl = process.env.UPSTREAM_URL ?? '';
export const typeDefs = readFileSync(new URL('schema.graphql', import.meta.url), 'utf8');
export { organizationId };

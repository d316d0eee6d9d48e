// The settings that every peer gets, and the schema that they share.

import { readFileSync } from 'node:fs';
import process from 'node:process';
import { organizationId } from '../upstream/ids.ts';

/** The port to listen on. */
export const port = Number(process.env.PORT);
/** The origin of the upstream. */
export const upstreamUrl = process.env.UPSTREAM_URL ?? '';
/** The schema that all peers implement. */
export const typeDefs = readFileSync(new URL('schema.graphql', import.meta.url), 'utf8');
export { organizationId };

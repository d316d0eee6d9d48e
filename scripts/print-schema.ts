import { writeFileSync } from 'node:fs';
import { schema } from '../src/schema/index.ts';
import { printSdl } from '../src/schema/requires-scopes.ts';

// Writes the schema to schema.graphql, which is committed: `npm run schema`.
writeFileSync(new URL('../schema.graphql', import.meta.url), printSdl(schema));

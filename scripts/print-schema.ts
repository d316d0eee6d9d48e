import { writeFileSync } from 'node:fs';
import { schema } from '../src/schema/index.ts';
import { printSdl } from '../src/schema/requires-scopes.ts';

// Writes the committed text of the schema: `npm run schema`.
writeFileSync(new URL('../schema.graphql', import.meta.url), printSdl(schema));

import { writeFileSync } from 'node:fs';
import { printSchema } from 'graphql';
import { schema } from '../src/schema/index.ts';

// Writes the committed text of the schema: `npm run schema`.
writeFileSync(new URL('../schema.graphql', import.meta.url), `${printSchema(schema)}\n`);

import { writeFileSync } from 'node:fs';
import { schema } from '../src/schema/index.ts';
import { printSdl } from '../src/schema/print-sdl.ts';
import { toSchemaPage } from './schema-page/schema-page.ts';

/** Writes the schema as schema.graphql and as docs/schema.md: `npm run schema`. */
writeFileSync('schema.graphql', printSdl(schema));
writeFileSync('docs/schema.md', toSchemaPage(schema));

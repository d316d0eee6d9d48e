// Hive Gateway over a supergraph that Mesh Compose creates from the OpenAPI description. This script composes the
// supergraph, and replaces its process by Hive Gateway with `hive-config.mjs`.

import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { getComposedSchemaFromConfig } from '@graphql-mesh/compose-cli';
import { loadOpenAPISubgraph } from '@omnigraph/openapi';
import { port, typeDefs, upstreamUrl } from './environment.mjs';
import { openApi } from './openapi.mjs';

const folder = mkdtempSync(join(tmpdir(), 'contactgraph-bench-hive-'));
const description = join(folder, 'openapi.json');
writeFileSync(description, JSON.stringify(openApi));

const quiet = Object.fromEntries(['log', 'debug', 'info', 'warn'].map((level) => [level, () => undefined]));
const supergraph = await getComposedSchemaFromConfig(
  {
    subgraphs: [
      {
        sourceHandler: loadOpenAPISubgraph('wire', {
          source: description,
          endpoint: upstreamUrl,
          operationHeaders: { authorization: '{context.headers.authorization}' },
        }),
      },
    ],
    additionalTypeDefs: typeDefs.replace('type Query {', 'extend type Query {'),
  },
  { ...quiet, error: console.error, child: () => quiet },
);
const composed = join(folder, 'supergraph.graphql');
writeFileSync(composed, supergraph);

const program = fileURLToPath(new URL('node_modules/@graphql-hive/gateway/dist/bin.js', import.meta.url));
const config = fileURLToPath(new URL('hive-config.mjs', import.meta.url));
const options = ['--config-path', config, '--host', '127.0.0.1', '--port', String(port), '--jit'];
process.execve(process.execPath, [process.execPath, program, 'supergraph', composed, ...options], process.env);

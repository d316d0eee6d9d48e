import { randomBytes } from 'node:crypto';
import { compileCache } from './compile-cache.ts';
import { freePort, type PinnedProcess, startPinnedProcess, targetCore } from './pinned-process.ts';
import { isServing } from './requests.ts';
import type { Workload } from './workloads.ts';

/** A GraphQL server that is measured. */
export type Target = {
  name: string;
  title: string;
  /** The script that starts it, from the root of the repository. */
  script: string;
  /** The packages whose versions the report names. */
  packages: readonly string[];
  env?: (workload: Workload) => Readonly<Record<string, string>>;
};

const peer = (name: string, title: string, packages: readonly string[]): Target => ({
  ...{ name, title, packages },
  script: `bench/peers/${name}.mjs`,
});

/** Contactgraph and its peers. */
export const targets: readonly Target[] = [
  {
    name: 'contactgraph',
    title: '**Contactgraph**',
    script: 'src/main.ts',
    packages: [],
    env: ({ cached, maxPageSize }) => ({
      AUTH_MODE: 'passthrough',
      CURSOR_KEYS: randomBytes(32).toString('base64'),
      MAX_PAGE_SIZE: String(maxPageSize),
      NODE_COMPILE_CACHE: compileCache(),
      ...(cached ? {} : { CACHE_BYTES: '0' }),
    }),
  },
  peer('floor', 'fair floor: node:http, undici, no GraphQL', ['undici']),
  peer('jit', 'graphql-jit on bare node:http', ['graphql-jit', 'graphql', 'undici']),
  peer('yoga', 'graphql-yoga, dataloader, undici', ['graphql-yoga', 'dataloader']),
  peer('apollo', 'Apollo Server, datasource-rest', ['@apollo/server', '@apollo/datasource-rest']),
  peer('mercurius', 'Mercurius with JIT, undici', ['mercurius', 'fastify']),
  peer('hive', 'Hive Gateway, OpenAPI handler', ['@graphql-hive/gateway', '@omnigraph/openapi']),
  peer('tailcall', 'Tailcall (Rust)', ['@tailcallhq/core-linux-x64-gnu']),
];

/** Starts a target for a workload on its own core. @throws {Error} when it does not start */
export async function startTarget(target: Target, workload: Workload, upstreamUrl: string): Promise<PinnedProcess> {
  const port = await freePort();
  return startPinnedProcess({
    ...{ name: target.name, core: targetCore, args: [target.script], port },
    env: { PORT: String(port), UPSTREAM_URL: upstreamUrl, ...target.env?.(workload) },
    isReady: () => isServing(port),
  });
}

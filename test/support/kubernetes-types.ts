import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Manifest } from './helm-chart.ts';
import { runProgram } from './process.ts';

const packages = new URL('../../node_modules/', import.meta.url).pathname;

/** The module of each API group whose objects the chart writes. */
const modules: Record<string, string> = {
  v1: 'core/v1',
  'apps/v1': 'apps/v1',
  'autoscaling/v2': 'autoscaling/v2',
  'networking.k8s.io/v1': 'networking/v1',
  'policy/v1': 'policy/v1',
};

/**
 * Compiles objects against the types that are generated from the OpenAPI document of Kubernetes: unknown fields, missing ones
 * and values of a wrong type are errors. Custom resources have no types there, and are refused.
 *
 * @returns the errors of the compiler; empty if all objects fit
 */
export async function findTypeErrors(manifests: readonly Manifest[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'contactgraph-manifests-'));
  const lines = manifests.map((manifest, index) => {
    const module = modules[manifest.apiVersion];
    if (module === undefined) throw new Error(`There are no types of ${manifest.apiVersion}.`);
    const type = `import('${packages}kubernetes-types/${module}.js').${manifest.kind}`;
    return `export const m${index}: ${type} = ${JSON.stringify(manifest, undefined, 2)};`;
  });
  await writeFile(join(folder, 'manifests.ts'), lines.join('\n'));
  const options = ['--noEmit', '--strict', '--module', 'esnext', '--moduleResolution', 'bundler', '--types', ''];
  const compiler = runProgram(join(packages, '.bin/tsc'), [...options, 'manifests.ts'], {
    cwd: folder,
    env: { PATH: process.env['PATH'] ?? '' },
  });
  const code = await compiler.exited;
  await rm(folder, { recursive: true });
  return code === 0 ? '' : `${compiler.stdout()}${compiler.stderr()}`;
}

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Deployment } from 'kubernetes-types/apps/v1.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { namesInEnvironment } from '../../src/config/settings.ts';
import { findUnknownVariables } from '../../src/config/variable-names.ts';
import {
  type ChartRenderer,
  type Manifest,
  readChartFile,
  startChartRenderer,
  type Values,
} from '../support/helm-chart.ts';
import { findTypeErrors } from '../support/kubernetes-types.ts';

const folder = mkdtempSync(join(tmpdir(), 'contactgraph-secrets-'));
let chart: ChartRenderer;
let minimal: Values;
let full: Values;
beforeAll(async () => {
  chart = await startChartRenderer();
  minimal = await readChartFile('ci/minimal-values.yaml');
  full = await readChartFile('ci/full-values.yaml');
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await chart.close();
});

const kinds = [
  'ConfigMap',
  'Deployment',
  'HorizontalPodAutoscaler',
  'Service',
  'NetworkPolicy',
  'PodDisruptionBudget',
  'Service',
  'ServiceAccount',
];

test('the objects of a release with the least values have the types of Kubernetes', async () => {
  const manifests = await chart.render(minimal);
  expect(manifests.map(({ kind }) => kind)).toEqual(kinds);
  expect(await findTypeErrors(manifests)).toBe('');
});

test('the objects of a release with all values have the types of Kubernetes', async () => {
  const manifests = await chart.render(full);
  expect(manifests.map(({ kind }) => kind)).toEqual(expect.arrayContaining([...kinds, 'Secret', 'ServiceMonitor']));
  expect(await findTypeErrors(manifests.filter(({ kind }) => kind !== 'ServiceMonitor'))).toBe('');
});

test('an unknown field, a missing one and a value of a wrong type are found', async () => {
  const metadata = { name: 'x' };
  const selector = { matchLabels: {} };
  const pod = { containers: [{ name: 'x', securityContext: { readOnlyRootFileSystem: true } }] };
  const errors = await findTypeErrors([
    { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec: { selector, template: { spec: pod } } },
    { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec: { selector } },
    { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec: { selector, template: {}, replicas: 'two' } },
  ]);
  expect(errors.match(/manifests\.ts\(\d+,\d+\): error/g)).toHaveLength(3);
  expect(errors).toContain('readOnlyRootFileSystem');
});

test('the variables and files of the pods are a configuration that the gateway accepts', async () => {
  const manifests = await chart.render(full);
  const variables = { ...dataOf(manifests, 'ConfigMap', 'data'), ...environmentOf(manifests) };
  delete variables['DOCUMENTS_FILE'];
  for (const [name, secret] of Object.entries(dataOf(manifests, 'Secret', 'stringData'))) {
    expect(variables[`${name}_FILE`]).toBe(`/etc/contactgraph/secrets/${name}`);
    variables[`${name}_FILE`] = join(folder, name);
    writeFileSync(join(folder, name), secret);
  }
  const config = readConfig(variables);
  expect(config).toMatchObject({ mode: 'jwt', host: '0.0.0.0', port: 4000, drainDelayMs: 5000, graceMs: 8000 });
  expect(config.metrics).toMatchObject({ host: '0.0.0.0', port: 9464 });
  expect(findUnknownVariables(variables, namesInEnvironment)).toEqual([]);
});

test('secrets are in the Secret only, and reach the container as files that its group reads', async () => {
  const manifests = await chart.render(full);
  const others = JSON.stringify(manifests.filter(({ kind }) => kind !== 'Secret'));
  for (const value of Object.values(dataOf(manifests, 'Secret', 'stringData')))
    expect(others).not.toContain(JSON.stringify(value));
  expect(podOf(manifests).volumes?.[0]?.secret).toEqual({ secretName: 'web-contactgraph', defaultMode: 0o440 });
  expect(environmentOf(manifests)['CURSOR_KEYS_FILE']).toBe('/etc/contactgraph/secrets/CURSOR_KEYS');
});

test('a container cannot write, gain privileges or use the API of Kubernetes', async () => {
  const pod = podOf(await chart.render(minimal));
  expect(pod).toMatchObject({ automountServiceAccountToken: false, enableServiceLinks: false });
  expect(pod.securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
  expect(pod.containers[0]?.securityContext).toEqual({
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] },
  });
});

test('the time before SIGKILL is the delay, the grace period and five seconds, rounded up', async () => {
  expect(podOf(await chart.render(minimal)).terminationGracePeriodSeconds).toBe(5 + 8 + 5);
  const slow = { ...minimal, drainDelayMs: 20_000, graceMs: 10_001 };
  expect(podOf(await chart.render(slow)).terminationGracePeriodSeconds).toBe(20 + 11 + 5);
});

test('the heap has half of the memory limit', async () => {
  const manifests = await chart.render({ ...minimal, memoryMebibytes: 1024 });
  expect(podOf(manifests).containers[0]?.resources?.limits).toEqual({ memory: '1024Mi' });
  expect(environmentOf(manifests)['NODE_OPTIONS']).toBe('--max-old-space-size=512');
});

test('a change of the configuration restarts the pods', async () => {
  const annotationsOf = async (values: Values) =>
    deploymentOf(await chart.render(values)).spec?.template.metadata?.annotations;
  const before = await annotationsOf(full);
  const after = await annotationsOf({ ...full, config: { ...Object(full['config']), LOG_LEVEL: 'debug' } });
  expect(before).toMatchObject({ 'example.com/owner': 'contacts' });
  expect(after?.['checksum/config']).not.toBe(before?.['checksum/config']);
});

test('the network policy has no rule without peers, because it would permit all', async () => {
  const none = { ingressPeers: [], prometheusPeers: [], dnsPeers: [], upstreamPeers: [], valkeyPeers: [] };
  const policy = (await chart.render({ ...minimal, networkPolicy: none })).find(({ kind }) => kind === 'NetworkPolicy');
  expect(policy?.['spec']).toMatchObject({ policyTypes: ['Ingress', 'Egress'], ingress: null, egress: null });
});

describe('the chart refuses', () => {
  test.each([
    ['no upstream', { config: {} }, 'config.UPSTREAM_URL is needed'],
    ['replicas that share nothing', { secrets: { existing: 'x', names: ['CURSOR_KEYS'] } }, 'need the secrets'],
    [
      'two sources of secrets',
      { secrets: { existing: 'x', values: { CURSOR_KEYS: 'k', VALKEY_URL: 'u' } } },
      'not both',
    ],
    ['names of secrets without a Secret', { secrets: { names: ['CURSOR_KEYS'] } }, 'needs secrets.existing'],
  ])('%s', async (_, values, message) => {
    await expect(chart.render({ ...minimal, ...values })).rejects.toThrow(
      new RegExp(`error calling fail: .*${message}`),
    );
  });
});

test('a single replica without autoscaling needs no shared state', async () => {
  const values = { config: minimal['config'], autoscaling: { enabled: false }, replicaCount: 1 };
  const manifests = await chart.render(values);
  expect(deploymentOf(manifests).spec?.replicas).toBe(1);
  expect(await findTypeErrors(manifests)).toBe('');
});

test('the notes name the address, and what autoscaling needs', async () => {
  const notes = await chart.renderText('NOTES.txt', minimal);
  expect(notes).toContain('http://web-contactgraph.contacts:80/graphql');
  expect(notes).toContain('prometheus-adapter');
  expect(notes).not.toContain('<no value>');
});

function deploymentOf(manifests: readonly Manifest[]): Deployment {
  const found = manifests.find(({ kind }) => kind === 'Deployment');
  if (found === undefined) throw new Error('The chart has no Deployment.');
  return found as Deployment;
}

function podOf(manifests: readonly Manifest[]) {
  const pod = deploymentOf(manifests).spec?.template.spec;
  if (pod === undefined) throw new Error('The Deployment has no pod.');
  return pod;
}

function environmentOf(manifests: readonly Manifest[]): Record<string, string> {
  const variables = podOf(manifests).containers[0]?.env ?? [];
  return Object.fromEntries(variables.map(({ name, value }) => [name, value ?? '']));
}

function dataOf(manifests: readonly Manifest[], kind: string, field: string): Record<string, string> {
  return { ...Object(manifests.find((manifest) => manifest.kind === kind)?.[field]) };
}

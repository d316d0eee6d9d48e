// A real Prometheus scrapes two real workers, evaluates the rules, and answers the queries of the dashboard.
import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Prometheus, startPrometheus } from '../support/prometheus.ts';
import { expressionsOf, readDashboard } from './dashboard.ts';
import { type MeasuredWorkers, startMeasuredWorkers } from './measured-workers.ts';

const expressions = expressionsOf(await readDashboard(), 'contactgraph');
let workers: MeasuredWorkers;
let prometheus: Prometheus;

beforeAll(async () => {
  workers = await startMeasuredWorkers();
  const read = (name: string) => readFile(join(import.meta.dirname, `../../deploy/prometheus/${name}.yaml`), 'utf8');
  const rules = await Promise.all(['rules', 'alerts'].map(read));
  // Alerts fire at once here, because a test cannot wait for minutes.
  const withoutWaiting = rules.map((text) => text.replaceAll(/for: \d+m/g, 'for: 0s'));
  prometheus = await startPrometheus(new URL(workers.operatorUrl).host, withoutWaiting);
}, 120_000);
afterAll(async () => {
  await prometheus?.close();
  await workers?.close();
});

test('the metrics of the workers are scraped without an error, and promtool finds nothing else to improve than the standard names of three gauges', async () => {
  await expect.poll(() => prometheus.targets()).toMatchObject([{ health: 'up', lastError: '' }]);
  const text = await (await fetch(`${workers.operatorUrl}/metrics`)).text();
  const { stderr } = spawnSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8' });
  // These gauges have the names that prom-client gives them for every process of Node.
  const standard = ['handles', 'requests', 'resources'].map((each) => `nodejs_active_${each}_total`);
  expect(stderr.trim().split('\n')).toEqual(
    standard.map((name) => `${name} non-counter metrics should not have "_total" suffix`),
  );
});

test('every rule is evaluated without an error, and every recording rule has a sample', async () => {
  await expect.poll(async () => (await prometheus.rules()).map(({ health }) => health)).not.toContain('unknown');
  const rules = await prometheus.rules();
  expect(rules.filter(({ health }) => health !== 'ok')).toEqual([]);
  const recorded = rules.filter(({ type }) => type === 'recording').map(({ name }) => name);
  expect(recorded).toHaveLength(5);
  for (const name of recorded) await untilSampled(name);
});

test('an alert fires while the upstream fails', async () => {
  await expect
    .poll(async () => (await prometheus.rules()).find(({ name }) => name === 'ContactgraphUpstreamFails')?.state, {
      timeout: 30_000,
    })
    .toBe('firing');
}, 60_000);

describe('each query of the dashboard has samples', () => {
  test.each(expressions)('$title: $expression', async ({ expression }) => await untilSampled(expression), 60_000);
});

/** A rate needs two scrapes after a series has appeared. */
async function untilSampled(expression: string): Promise<void> {
  await expect.poll(async () => (await prometheus.query(expression)).length, { timeout: 30_000 }).toBeGreaterThan(0);
}

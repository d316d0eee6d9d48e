import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createMetricsRegistry } from '../../src/metrics/registry.ts';

const page = readFileSync(new URL('../../docs/operations.md', import.meta.url), 'utf8');
const documented = [...page.matchAll(/^\| `(contactgraph_\w+)` \| (counter|gauge|histogram) \|(.*?)\| \S.* \|$/gm)];

/** A metric as prom-client represents it. */
type Metric = { name: string; type: string; help: string; labelNames: readonly string[] };

test('docs/operations.md describes every metric of the gateway once, with its type and its labels, and no other', () => {
  const metrics = registered().filter(({ name }) => name.startsWith('contactgraph_'));
  expect(metrics.length).toBeGreaterThan(20);
  expect(documented.map(([, name, type, labels]) => [name, type, labels?.trim()]).toSorted()).toEqual(
    metrics
      .map(({ name, type, labelNames }) => [name, type, labelNames.map((label) => `\`${label}\``).join(', ')])
      .toSorted(),
  );
});

test('names of metrics follow the rules of Prometheus: base units, and _total for counters only', () => {
  for (const { name, type } of registered().filter(({ name }) => name.startsWith('contactgraph_'))) {
    expect([name, name.endsWith('_total')]).toEqual([name, type === 'counter']);
    expect(name).not.toMatch(/_(?:ms|milliseconds|kb|mb|percent)(?:_|$)/);
  }
});

function registered(): Metric[] {
  const { registry } = createMetricsRegistry(() => undefined, '1.2.3');
  return registry.getMetricsAsArray().map((metric) => Object.assign({ labelNames: [] }, metric) as object as Metric);
}

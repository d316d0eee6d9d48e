import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { alertCases, type Series } from './alert-cases.ts';

const run = promisify(execFile);
const deploy = (name: string) => join(import.meta.dirname, '../../deploy/prometheus', name);
const alertsFile = deploy('alerts.yaml');
const ruleFiles = [deploy('rules.yaml'), alertsFile];

test('promtool accepts the rules', async () => {
  const { stdout } = await run('promtool', ['check', 'rules', '--lint=all', '--lint-fatal', ...ruleFiles]);
  expect(stdout.match(/SUCCESS/g)).toHaveLength(2);
});

test('each alert has a case in which it fires, and a section in the documentation', async () => {
  const alerts = [...(await readFile(alertsFile, 'utf8')).matchAll(/- alert: (\w+)/g)].map(([, name]) => name);
  expect(Object.keys(alertCases)).toEqual(alerts);
  const documentation = await readFile(join(import.meta.dirname, '../../docs/operations.md'), 'utf8');
  const sections = [...documentation.matchAll(/^### (Contactgraph\w+)$/gm)].map(([, name]) => name);
  expect(sections).toEqual(alerts);
});

test.each(Object.entries(alertCases))(
  '%s fires in its case, and not in the nearest harmless one',
  async (alert, cases) => {
    await evaluate(alert, cases.firing, 1);
    await evaluate(alert, cases.quiet, 0);
  },
);

/** Lets promtool evaluate the rules over an hour of the series. @throws unless so many alerts of this name fire at its end */
async function evaluate(alert: string, series: readonly Series[], firing: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'contactgraph-alerts-'));
  const labels = 'job="contactgraph",instance="a"';
  const tests = {
    rule_files: ruleFiles,
    evaluation_interval: '1m',
    tests: [
      {
        interval: '1m',
        input_series: series.map(({ metric, of, values }) => ({
          series: `${metric}{${of === undefined ? labels : `${labels},${of}`}}`,
          values,
        })),
        promql_expr_test: [
          {
            expr: `count(ALERTS{alertname="${alert}",alertstate="firing"}) or vector(0)`,
            eval_time: '60m',
            exp_samples: [{ labels: '{}', value: firing }],
          },
        ],
      },
    ],
  };
  try {
    const file = join(folder, 'tests.json'); // JSON is YAML as well.
    await writeFile(file, JSON.stringify(tests));
    await run('promtool', ['test', 'rules', file]);
  } finally {
    await rm(folder, { recursive: true });
  }
}

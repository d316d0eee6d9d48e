import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import { findFreePort } from './free-port.ts';
import { runProgram } from './process.ts';

/** A sample of an instant query. */
export type Sample = { metric: Record<string, string>; value: [number, string] };

/** A rule as Prometheus evaluates it. */
export type Rule = { name: string; type: 'alerting' | 'recording'; health: string; lastError?: string; state?: string };

/** A real Prometheus that scrapes twice a second. */
export type Prometheus = {
  /** Evaluates an expression now. @throws {Error} of Prometheus for an invalid one */
  query(expression: string): Promise<Sample[]>;
  rules(): Promise<Rule[]>;
  /** Whether each target was scraped without an error. */
  targets(): Promise<{ health: string; lastError: string }[]>;
  close(): Promise<void>;
};

/**
 * Starts a Prometheus with one target, under the job `contactgraph`.
 *
 * @param target host and port
 * @param rules the texts of rule files
 */
export async function startPrometheus(target: string, rules: readonly string[]): Promise<Prometheus> {
  const folder = await mkdtemp(join(tmpdir(), 'contactgraph-prometheus-'));
  const files = rules.map((_, index) => join(folder, `rules-${index}.yaml`));
  for (const [index, file] of files.entries()) await writeFile(file, rules[index] ?? '');
  const configuration = {
    global: { scrape_interval: '500ms', scrape_timeout: '400ms', evaluation_interval: '500ms' },
    rule_files: files,
    scrape_configs: [{ job_name: 'contactgraph', static_configs: [{ targets: [target] }] }],
  };
  await writeFile(join(folder, 'prometheus.yml'), JSON.stringify(configuration)); // JSON is YAML as well.
  const port = await findFreePort();
  const { child, exited } = runProgram(
    'prometheus',
    [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    { env: { PATH: process.env['PATH'] ?? '' } },
  );
  await vi.waitFor(() => fetch(`http://127.0.0.1:${port}/-/ready`), { timeout: 30_000, interval: 100 });

  async function get<T>(path: string): Promise<T> {
    const response = await fetch(`http://127.0.0.1:${port}/api/v1/${path}`);
    const { status, data, error } = (await response.json()) as { status: string; data: T; error?: string };
    if (status !== 'success') throw new Error(error);
    return data;
  }

  return {
    async query(expression) {
      return (await get<{ result: Sample[] }>(`query?query=${encodeURIComponent(expression)}`)).result;
    },
    async rules() {
      return (await get<{ groups: { rules: Rule[] }[] }>('rules')).groups.flatMap((group) => group.rules);
    },
    targets: async () =>
      (await get<{ activeTargets: { health: string; lastError: string }[] }>('targets')).activeTargets,
    async close() {
      child.kill('SIGTERM');
      await exited;
      await rm(folder, { recursive: true });
    },
  };
}

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A panel of the dashboard, as far as the tests read it. */
export type Panel = {
  id: number;
  type: string;
  title: string;
  description?: string;
  datasource?: { type: string; uid: string };
  gridPos: { h: number; w: number; x: number; y: number };
  targets?: { refId: string; expr: string; legendFormat: string; datasource: { uid: string } }[];
};

type Dashboard = { uid: string; schemaVersion: number; panels: Panel[]; templating: { list: { name: string }[] } };

/** Reads the dashboard that is shipped. */
export async function readDashboard(): Promise<Dashboard> {
  return JSON.parse(await readFile(join(import.meta.dirname, '../../deploy/grafana/contactgraph.json'), 'utf8'));
}

/** The expressions of all panels, with the values of the variables that Grafana would put in. */
export function expressionsOf({ panels }: Dashboard, job: string): { title: string; expression: string }[] {
  return panels.flatMap(({ title, targets = [] }) =>
    targets.map(({ expr }) => ({
      title,
      expression: expr.replaceAll('$job', job).replaceAll('$instance', '.*').replaceAll('$__rate_interval', '1m'),
    })),
  );
}

// Grafana itself is not among Debian's packages: what it needs of a dashboard is checked here, and prometheus.test.ts
// evaluates the queries.
import { expect, test } from 'vitest';
import { type Panel, readDashboard } from './dashboard.ts';

const { panels, schemaVersion, templating } = await readDashboard();
const graphs = panels.filter(({ type }) => type !== 'row');

test('ids of panels are unique, and the version of the schema is one that Grafana 10 and later read', () => {
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  expect(schemaVersion).toBeGreaterThanOrEqual(38);
});

test('no panel covers another one or exceeds the 24 columns', () => {
  const cells = new Map<string, string>();
  for (const { title, gridPos } of panels) {
    expect(gridPos.x + gridPos.w, title).toBeLessThanOrEqual(24);
    for (const cell of cellsOf(gridPos)) {
      expect(cells.get(cell), `${title} covers another panel`).toBeUndefined();
      cells.set(cell, title);
    }
  }
});

test('each panel has a description, and each query a legend and the data source of the variable', () => {
  expect(templating.list.map(({ name }) => name)).toEqual(['datasource', 'job', 'instance']);
  expect(graphs.length).toBeGreaterThan(20);
  for (const { title, description, targets = [] } of graphs) {
    expect(description, title).toMatch(/\.$/);
    expect(targets.length, title).toBeGreaterThan(0);
    expect(new Set(targets.map(({ refId }) => refId)).size, title).toBe(targets.length);
    for (const { legendFormat, datasource, expr } of targets) {
      expect(legendFormat, title).not.toBe('');
      expect(datasource.uid, title).toBe('$' + '{datasource}');
      expect(expr, title).toContain('job="$job"');
    }
  }
});

function cellsOf({ x, y, w, h }: Panel['gridPos']): string[] {
  return Array.from({ length: w * h }, (_, index) => `${x + (index % w)},${y + Math.floor(index / w)}`);
}

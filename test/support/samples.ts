/** The samples of a scrape by their series, like `up{instance="a"}`; labels are in the order of the text. */
export type Samples = {
  readonly all: ReadonlyMap<string, number>;
  /** The types of the metrics by name. */
  readonly types: ReadonlyMap<string, string>;
  /** The value of a series; 0 where there is none. */
  value(series: string): number;
  /** The sum of the series of a metric. */
  sum(name: string): number;
};

const name = '[a-zA-Z_:][a-zA-Z0-9_:]*';
const label = '[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\\\\n]|\\\\["\\\\n])*"';
const value = '(?:[+-]?(?:\\d+(?:\\.\\d+)?(?:e[+-]?\\d+)?|Inf)|NaN)';
const sampleLine = new RegExp(`^(${name})((?:\\{${label}(?:,${label})*\\})?) (${value})$`, 'i');
const helpLine = new RegExp(`^# HELP (${name}) (\\S.*)$`);
const typeLine = new RegExp(`^# TYPE (${name}) (counter|gauge|histogram)$`);

/**
 * Parses the text format of Prometheus strictly.
 *
 * @throws {Error} for a line that the format does not allow, a sample without a type before it, and a series that occurs twice
 */
export function parseMetrics(text: string): Samples {
  if (!text.endsWith('\n')) throw new Error('The last line has no end.');
  const all = new Map<string, number>();
  const types = new Map<string, string>();
  const helps = new Set<string>();
  for (const line of text.split('\n').filter((each) => each !== '')) {
    const [, help] = helpLine.exec(line) ?? [];
    const [, typed, type] = typeLine.exec(line) ?? [];
    const [, metric, labels = '', number] = sampleLine.exec(line) ?? [];
    if (help !== undefined && !helps.has(help)) helps.add(help);
    else if (typed !== undefined && type !== undefined && helps.has(typed)) types.set(typed, type);
    else if (metric !== undefined && types.has(familyOf(metric, types)) && !all.has(metric + labels)) {
      all.set(metric + labels, toNumber(number ?? ''));
    } else throw new Error(`Not in the text format of Prometheus: ${line}`);
  }
  return {
    ...{ all, types },
    value: (series) => all.get(series) ?? 0,
    sum: (metric) =>
      [...all].filter(([series]) => series.split('{')[0] === metric).reduce((sum, [, each]) => sum + each, 0),
  };
}

/** The name of the metric that a sample belongs to: those of a histogram have suffixes. */
function familyOf(metric: string, types: ReadonlyMap<string, string>): string {
  const base = metric.replace(/_(?:bucket|sum|count)$/, '');
  return types.get(base) === 'histogram' ? base : metric;
}

function toNumber(text: string): number {
  return /inf/i.test(text) ? Number(text.replace(/inf/i, 'Infinity')) : Number(text);
}

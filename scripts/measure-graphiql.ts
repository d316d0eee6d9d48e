import { run, untilPrinted } from '../bench/cursors/processes.ts';
import { launchChromium } from '../test/browser/chromium.ts';

/**
 * Measures how long GraphiQL takes in a browser with an empty profile, at the first request of a new gateway and at its second one:
 * `node scripts/with-node.mjs scripts/measure-graphiql.ts`. Milliseconds from the start of the navigation, medians of five rounds
 * with their ranges.
 */
const rounds = 5;

type Times = { readonly painted: number; readonly usable: number };

const first: Times[] = [];
const second: Times[] = [];
for (let round = 0; round < rounds; round += 1) {
  const { child, end } = run(['src/main.ts'], {
    env: { PORT: '0', LOG_LEVEL: 'fatal' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [, url = ''] = await untilPrinted(child, /listens on (\S+)/);
  first.push(await open(`${url}/graphql`));
  second.push(await open(`${url}/graphql`));
  await end();
}
console.log('| request of the page | first paint, ms | the run button is there, ms |\n|---|---|---|');
for (const [name, times] of [
  ['the first of a gateway', first],
  ['a later one', second],
] as const) {
  console.log(
    `| ${name} | ${range(times.map(({ painted }) => painted))} | ${range(times.map(({ usable }) => usable))} |`,
  );
}

async function open(url: string): Promise<Times> {
  const { context, close } = await launchChromium();
  const page = await context.newPage();
  await page.goto(url);
  await page.getByRole('button', { name: 'Execute query' }).waitFor();
  const [usable, painted] = (await page.evaluate(
    `[performance.now(), performance.getEntriesByName('first-contentful-paint')[0].startTime]`,
  )) as [number, number];
  await close();
  return { painted, usable };
}

function range(values: readonly number[]): string {
  const sorted = values.toSorted((one, other) => one - other).map(Math.round);
  return `${sorted[Math.floor(sorted.length / 2)]} (${sorted[0]}–${sorted.at(-1)})`;
}

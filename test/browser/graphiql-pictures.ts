import type { Locator, Page } from 'playwright-core';
import { loadGraphiQL, runQuery } from './graphiql-page.ts';
import type { Picture } from './picture.ts';

/** The upstream calls of the first example. The gateway must not have cached their answers. */
export const explainPicture: Picture = {
  file: 'graphiql-explain.png',
  alternativeTexts: { 'docs/resilience.md': 'The panel with four calls at the upstream side by side' },
  size: { width: 1440, height: 900 },
  async open(page, url) {
    await load(page, url);
    await page.getByRole('button', { name: 'Show Upstream Calls' }).click();
    await runQuery(page);
  },
  shows: (page) => ({
    'the number of calls': page.getByText('4 calls, 0 saved'),
    ...Object.fromEntries(
      [0, 1, 2, 3].map((n) => [`call ${n}`, page.locator('.explain-steps > .explain-miss').nth(n)]),
    ),
  }),
};

/** The first example and its answer. */
const examplePicture: Picture = {
  file: 'graphiql.png',
  alternativeTexts: {
    'README.md':
      'GraphiQL with one query for a contact, its policies, events, devices and WiFi sessions, and with its answer',
  },
  size: { width: 1440, height: 1240 }, // The editor shows the whole query.
  async open(page, url) {
    await load(page, url);
    await page.getByRole('button', { name: 'Hide editor tools' }).click();
    await runQuery(page);
  },
  shows: (page) => ({
    ...Object.fromEntries(
      ['contact', 'policies', 'events', 'devices', 'accountings'].map((field) => [
        `the query for ${field}`,
        lineOf(page, '.graphiql-query-editor', new RegExp(`^\\s*${field}\\b`)),
      ]),
    ),
    'the contact': lineOf(page, '.result-window', /"firstName":\s"Ada"/),
    'its policies': lineOf(page, '.result-window', /"policies":/),
    'its events': lineOf(page, '.result-window', /"events":/),
  }),
};

/** The pictures of GraphiQL. They are opened with its address. */
export const graphiqlPictures: readonly Picture[] = [explainPicture, examplePicture];

async function load(page: Page, url: string): Promise<void> {
  await loadGraphiQL(page, () => page.goto(url));
  await page.locator('.graphiql-query-editor').getByText('query', { exact: true }).waitFor(); // The editor highlights each word.
}

function lineOf(page: Page, pane: string, text: RegExp): Locator {
  return page.locator(`${pane} .view-line > span`).filter({ hasText: text }).first();
}

import type { BrowserContext, Page } from 'playwright-core';

/** Opens a GraphiQL in a new page. */
export async function openGraphiQL(context: BrowserContext, url: string): Promise<Page> {
  const page = await context.newPage();
  await loadGraphiQL(page, () => page.goto(url));
  return page;
}

/** Loads a GraphiQL and waits for the schema and the editors, because earlier it ignores a run of a query. */
export async function loadGraphiQL(page: Page, load: () => Promise<unknown>): Promise<void> {
  const introspected = page.waitForResponse((response) => response.request().method() === 'POST');
  await load();
  await introspected;
  await page.locator('.graphiql-query-editor .view-line').first().waitFor();
  await page.locator('.result-window .view-line').first().waitFor();
}

/** Runs the query of the active tab and returns the text of the response. */
export async function runQuery(page: Page): Promise<string> {
  await page.getByRole('button', { name: 'Execute query' }).click();
  const result = page.locator('.result-window .view-lines');
  await result.getByText('"data"').first().waitFor();
  return ((await result.textContent()) ?? '').replaceAll(NO_BREAK_SPACE, ' ');
}

// The editor shows a space as this character.
const NO_BREAK_SPACE = '\u00a0';

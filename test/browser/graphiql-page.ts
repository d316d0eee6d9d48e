import type { BrowserContext, Page } from 'playwright-core';

/** Opens a GraphiQL and waits until it has the schema and its editors: a query run before that is run by nobody. */
export async function openGraphiQL(context: BrowserContext, url: string): Promise<Page> {
  const page = await context.newPage();
  const introspected = page.waitForResponse((response) => response.request().method() === 'POST');
  await page.goto(url);
  await introspected;
  await page.locator('.graphiql-query-editor .view-line').first().waitFor();
  await page.locator('.result-window .view-line').first().waitFor();
  return page;
}

/** Runs what the active tab holds and gives the text of the answer. */
export async function runQuery(page: Page): Promise<string> {
  await page.getByRole('button', { name: 'Execute query' }).click();
  const result = page.locator('.result-window .view-lines');
  await result.getByText('"data"').first().waitFor();
  return ((await result.textContent()) ?? '').replaceAll(NO_BREAK_SPACE, ' ');
}

/** Opens a GraphiQL, runs its first tab, and writes a picture of both to a file. */
export async function screenshotGraphiQL(context: BrowserContext, url: string, file: string): Promise<void> {
  const page = await openGraphiQL(context, url);
  await runQuery(page);
  await page.locator('.graphiql-query-editor').getByText('query', { exact: true }).waitFor(); // coloured, word by word
  await page.mouse.move(0, 0); // off the button, and its tooltip with it
  await page.evaluate('document.activeElement.blur()');
  await page.screenshot({ path: file, animations: 'disabled' });
  await page.close();
}

// What the editor shows for a space.
const NO_BREAK_SPACE = '\u00a0';

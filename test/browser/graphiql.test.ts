import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startGateway, type TestGateway } from '../support/gateway.ts';
import { launchChromium } from './chromium.ts';
import { openGraphiQL, runQuery } from './graphiql-page.ts';
import { serve } from './serve.ts';

describe('GraphiQL works in a browser without network', () => {
  let stack: TestGateway;
  let gateway: Awaited<ReturnType<typeof serve>>;
  let browser: Awaited<ReturnType<typeof launchChromium>>;
  let page: Page;
  const requested: string[] = [];
  const complaints: string[] = [];

  beforeAll(async () => {
    stack = await startGateway();
    gateway = await serve(stack.gateway);
    browser = await launchChromium();
    browser.context.on('request', (request) => requested.push(request.url()));
    // Violations of the content security policy are reported here, too.
    browser.context.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
    });
    browser.context.on('weberror', (problem) => complaints.push(problem.error().message));
  });

  afterAll(async () => {
    await browser?.close();
    await gateway?.close();
    await stack?.close();
  });

  beforeEach(async () => {
    await page?.close();
    page = await openGraphiQL(browser.context, `${gateway.origin}/graphql`);
  });

  it.each(['first', 'second'])(
    'GraphiQL opens with the example queries in tabs when the page is loaded the %s time',
    async () => {
      const tabs = page.getByRole('tablist', { name: 'Select active operation' }).getByRole('tab');
      expect(await tabs.allInnerTexts()).toEqual([
        'ContactAtAGlance',
        'SearchContacts',
        'FindContact',
        'ContactHistory',
        'WifiProfiles',
        'Viewer',
        'CreateContact',
        'UpdateContact',
        'SetPolicies',
        'IssueToken',
        'RedeemToken',
        'DeleteContact',
        'CreateContacts',
        'UpdateContacts',
        'StartSession',
        'ContactInParts',
        'InfiniteList',
        'OrganizationEvents',
        'SignIn',
      ]);
      expect(await page.locator('.graphiql-query-editor').textContent()).toContain('ContactAtAGlance');
      expect(await page.title()).toBe('Contactgraph');
    },
  );

  it('GraphiQL runs a query and shows its response', async () => {
    expect(await runQuery(page)).toContain('"firstName": "Ada"');
  });

  it('GraphiQL runs a query with the variables that the user changes, which are filled in with the defaults', async () => {
    const variables = page.locator('.graphiql-editor-tool .view-lines').first();
    await variables.getByText('986a372347aac5e4a94516db835d58aa').waitFor();
    await variables.click();
    await page.keyboard.press('Control+A');
    // The editor closes the quotation and the brace.
    await page.keyboard.insertText('{"cid": "00000000000000000000000000000000');
    await page.getByRole('button', { name: 'Execute query' }).click();
    await page.locator('.result-window').getByText('null').first().waitFor();
  });

  it('GraphiQL shows the documentation of the schema', async () => {
    await page.getByRole('button', { name: 'Show Documentation Explorer' }).click();
    const docs = page.locator('.graphiql-doc-explorer');
    await docs.getByRole('link', { name: 'Query' }).click();
    await docs.getByText('One contact; null when there is none').waitFor();
    await docs.getByRole('link', { name: 'Contact', exact: true }).click();
    await docs.getByText('A person known to an organization').waitFor();
    await docs.getByText('Given name.').waitFor();
  });

  it('GraphiQL sends the headers that the user enters, and does not store them', async () => {
    await page.getByRole('tab', { name: 'Viewer' }).click();
    await page.getByRole('button', { name: 'Headers' }).click();
    await page.locator('.graphiql-editor-tool .graphiql-editor:visible').click();
    // The editor closes the quotation and the brace.
    await page.keyboard.insertText('{"authorization": "Bearer s3cret"}');
    const sent = page.waitForRequest((request) => request.method() === 'POST');
    expect(await runQuery(page)).toContain('CUSTOMER_READ');
    expect(await (await sent).headerValue('authorization')).toBe('Bearer s3cret');

    await page.waitForTimeout(1000); // GraphiQL stores the tabs half a second after a change.
    const stored = await page.evaluate('JSON.stringify({ ...localStorage, ...sessionStorage })');
    expect(stored).toContain('Viewer');
    expect(stored).not.toContain('s3cret');
    expect(page.url()).toBe(`${gateway.origin}/graphql`);
  });

  it('GraphiQL marks a field that the schema does not have', async () => {
    await page.locator('.graphiql-query-editor .view-line').first().click();
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    // The editor closes the quotation and the brace.
    await page.keyboard.insertText('unheardOf');
    await page.locator('.squiggly-error').waitFor();
  });

  it('GraphiQL is loaded again from the browser cache, except the page itself', async () => {
    gateway.served.length = 0;
    await page.reload();
    await page.locator('.graphiql-query-editor .view-line').first().waitFor();
    expect(gateway.served.map(({ path }) => path)).not.toContainEqual(expect.stringContaining('/assets/'));
  });

  it('GraphiQL sent no request to another host and logged no error', () => {
    const origins = new Set(requested.filter((url) => !url.startsWith('data:')).map((url) => new URL(url).origin));
    expect([...origins]).toEqual([gateway.origin]);
    expect(complaints).toEqual([]);
  });
});

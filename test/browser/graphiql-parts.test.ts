// GraphiQL shows the parts of an answer as they arrive, in a real browser.
import { expect, test, vi } from 'vitest';
import { startGateway } from '../support/gateway.ts';
import { launchChromium } from './chromium.ts';
import { openGraphiQL } from './graphiql-page.ts';
import { serve } from './serve.ts';

vi.setConfig({ testTimeout: 60_000 });

test('the example of @defer shows the profile while the devices are read, and then both', async () => {
  const stack = await startGateway({ env: { SWITCHED_OFF: 'cache', TRY_TIMEOUT_MS: '8000' } });
  const server = await serve(stack.gateway.listener);
  const browser = await launchChromium();
  browser.context.setDefaultTimeout(30_000);
  const { control } = stack.emulator;
  try {
    const page = await openGraphiQL(browser.context, `${server.origin}/graphql`);
    await page.getByRole('tab', { name: 'ContactInParts' }).click();
    await page.getByRole('tab', { name: 'ContactInParts', selected: true }).waitFor();
    control.fault({ path: '/devices', kind: 'hang', times: 1 });
    await page.getByRole('button', { name: 'Execute query' }).click();
    const result = page.locator('.result-window .view-lines');
    await result.getByText('"firstName"').first().waitFor();
    expect(control.loggedInFlight()).toBe(1);
    await result.getByText('"macAddress"').first().waitFor();
    expect(control.counts()).toMatchObject({ contact: 1, devices: 2 });
  } finally {
    await browser.close();
    await server.close();
    await stack.close();
  }
});

import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium } from 'playwright-core';

const { CHROMIUM_PATH: executablePath = '/usr/bin/chromium' } = process.env;

const QUIET = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

// No host name resolves. Request interception would switch the HTTP cache off.
const OFFLINE = '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1';

/** Starts a headless Chromium with an empty profile that can reach only this machine. Closing it removes the profile. */
export async function launchChromium(): Promise<{ context: BrowserContext; close(): Promise<void> }> {
  if (!existsSync(executablePath)) {
    throw new Error(`No Chromium at ${executablePath}: run \`sudo apt-get install chromium\`, or set CHROMIUM_PATH`);
  }
  const profile = await mkdtemp(join(tmpdir(), 'contactgraph-chromium-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath,
    args: [...QUIET, OFFLINE],
    viewport: { width: 1440, height: 900 },
    colorScheme: 'light',
  });
  context.setDefaultTimeout(10_000); // This is shorter than the time-out of a test, so that a failure names the awaited element.
  return {
    context,
    async close() {
      await context.close();
      await rm(profile, { recursive: true, force: true });
    },
  };
}

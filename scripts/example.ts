// Starts the example app with a gateway in demo mode, and prints its address: npm run example

import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { buildContactConsole, serveContactConsole, serving } from './example/contact-console.ts';

// When this process ends, the others end with it.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(0));

await buildContactConsole();
const gateway = spawn(process.execPath, [fileURLToPath(new URL('../src/main.ts', import.meta.url))], {
  env: { ...process.env, HOST: '127.0.0.1', PORT: '0', UPSTREAM_URL: undefined, WORKERS: undefined },
  stdio: ['ignore', 'pipe', 'inherit'],
});
const { url: gatewayUrl } = await serving(gateway, /listens on (\S+)/);
const { url } = await serveContactConsole(gatewayUrl);
console.log(`Contact console: ${url}`);

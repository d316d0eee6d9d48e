// Starts the example app with a gateway in demo mode, and prints its address: npm run example

import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { buildContactConsole, serveContactConsole, serving } from './example/contact-console.ts';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));

// Both processes get the Ctrl+C of a terminal too, and end by themselves. A process manager signals only this one.
const gatewayProcess = spawn(process.execPath, [main], {
  env: { ...process.env, HOST: '127.0.0.1', PORT: '0', UPSTREAM_URL: undefined, WORKERS: undefined },
  stdio: ['ignore', 'pipe', 'inherit'],
});
const gateway = await serving(gatewayProcess, /listens on (\S+)/);
await buildContactConsole();
const app = await serveContactConsole(gateway.url);
console.log(`Contact console: ${app.url}`);

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, stop);

async function stop(): Promise<void> {
  await app.close();
  await gateway.close();
  process.exit(0);
}

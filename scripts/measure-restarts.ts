import { parseArgs } from 'node:util';
import { lostOf } from '../test/restarts/support/load.ts';
import { restartBehindHAProxy, restartOnSharedPort } from '../test/restarts/support/restarts.ts';

/**
 * Restarts gateways under load, directly and behind HAProxy, and prints how many requests were lost:
 * `npm run test:restarts -- [--restarts 10]`. Fails when there was one.
 */
const { values } = parseArgs({ options: { restarts: { type: 'string', default: '10' } } });
const restarts = Number(values.restarts);
const production = { NODE_ENV: 'production', CURSOR_KEYS: Buffer.alloc(32, 7).toString('base64') };

const figures = {
  'on a shared port': await restartOnSharedPort(restarts, production),
  'behind HAProxy': await restartBehindHAProxy(restarts, production),
};
console.table(Object.fromEntries(Object.entries(figures).map(([name, row]) => [name, { ...row, lost: lostOf(row) }])));
if (Object.values(figures).some((row) => lostOf(row) > 0 || row.requests < 1_000 * restarts)) process.exitCode = 1;

import { setTimeout } from 'node:timers/promises';
import { startEmulator } from '../../emulator/emulator.ts';
import { createContact } from '../support/creation.ts';
import { findFreePort } from '../support/free-port.ts';
import { type Answer, toAnswer } from '../support/gateway.ts';
import { startIssuer } from '../support/issuer.ts';
import { jwtEnvironment } from '../support/jwt-gateway.ts';
import { runScript } from '../support/process.ts';
import { startRedis } from '../support/redis.ts';

/**
 * Two real workers with an issuer, a Redis and an upstream that fails again and again, and the operator's server of their
 * primary. Operations are sent until `close`, so that each group of metrics counts something.
 */
export type MeasuredWorkers = {
  operatorUrl: string;
  close(): Promise<void>;
};

/** Starts the processes. */
export async function startMeasuredWorkers(): Promise<MeasuredWorkers> {
  const emulator = await startEmulator({ contacts: 200 });
  const issuer = await startIssuer();
  const port = await findFreePort();
  const redis = await startRedis('--port', String(port));
  const scope = 'customer_read customer_write customer_create';
  const token = await issuer.token({ organization_id: emulator.organizationId, scope });
  const { child, exited, printed } = runScript('src/main.ts', [], {
    ...jwtEnvironment(emulator, issuer),
    ...{ PORT: '0', METRICS_PORT: '0', WORKERS: '2', VALKEY_URL: `redis://127.0.0.1:${port}` },
    CURSOR_KEYS: Buffer.alloc(32, 7).toString('base64'),
  });
  const [, url = ''] = await printed(/listens on (http:\S+)/);
  const [, operatorUrl = ''] = await printed(/"url":"(http:[^"]+)"[^\n]*metrics and the health report are served/);

  async function query(text: string, variables: object = {}, headers: Record<string, string> = {}): Promise<Answer> {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}`, ...headers },
      body: JSON.stringify({ query: text, variables }),
    });
    return await toAnswer(response);
  }

  const { control } = emulator;
  const [unreadable, ...others] = emulator.contacts().map(({ cid }) => cid);
  const body = JSON.stringify({ status: 'OK', customer: { cid: unreadable, firstName: {} } });
  let isClosed = false;

  /** A rate needs values that grow from scrape to scrape, so traffic has no end. */
  async function sendTraffic(): Promise<void> {
    for (let round = 0; !isClosed; round += 1) {
      control.fault({ path: `${unreadable}`, kind: 'body', body });
      await query(`query Contact { contact(by: { cid: "${unreadable}" }) { firstName } }`);
      await query('query Contacts { contacts(first: 3) { nodes { cid } } }');
      await createContact(query, `key ${round}`);
      await createContact(query, `key ${round}`);
      control.fault({ kind: 'status', status: 500, times: Number.POSITIVE_INFINITY });
      await Promise.all(others.map((cid) => query(`query Contact { contact(by: { cid: "${cid}" }) { firstName } }`)));
      control.reset();
      await setTimeout(500);
    }
  }

  const traffic = sendTraffic();
  return {
    operatorUrl,
    async close() {
      isClosed = true;
      await traffic;
      child.kill('SIGKILL');
      await exited;
      await redis.close();
      await issuer.close();
      await emulator.close();
    },
  };
}

import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { demo, second } from '../../emulator/demo.ts';
import { type Emulator, startEmulator } from '../../emulator/emulator.ts';
import { readConfig } from '../../src/config/config.ts';
import type { Gateway } from '../../src/gateway.ts';
import { createLog } from '../../src/log.ts';
import { startLiveMode } from '../../src/modes/live.ts';
import { openGateway } from './build-gateway.ts';
import { accelerators } from './config.ts';
import { type Answer, postQuery } from './gateway.ts';
import { audience, type Issuer, startIssuer } from './issuer.ts';

/** A gateway in JWT mode for both organizations, with an issuer and an emulator on real sockets. */
export type JwtGateway = {
  gateway: Gateway;
  emulator: Emulator;
  issuer: Issuer;
  logged: string[];
  /** Sends a query with an `Authorization` header, or without one. */
  query(authorization: string | undefined, query: string): Promise<Answer>;
  /** The status of `/readyz`. */
  readiness(): Promise<number>;
  close(): Promise<void>;
};

/** The environment of a gateway in JWT mode. */
export function jwtEnvironment({ url: emulator }: { url: string }, { url: issuer }: { url: string }) {
  const file = join(mkdtempSync(join(tmpdir(), 'contactgraph-')), 'organizations.json');
  const organizations = [demo, second].map(({ organizationId: cid, clientKey, clientSecret }) => ({
    cid,
    credential: { clientKey, clientSecret },
  }));
  writeFileSync(file, JSON.stringify({ organizations }));
  return {
    ...{ AUTH_MODE: 'jwt', UPSTREAM_URL: emulator, ORGANIZATIONS_FILE: file },
    ...{ JWT_ISSUER: issuer, JWT_AUDIENCE: `other,${audience}` },
  };
}

export async function startJwtGateway(
  env: Record<string, string> = {},
  prepareIssuer: (issuer: Issuer) => void = () => undefined,
): Promise<JwtGateway> {
  const emulator = await startEmulator({ contacts: 100, secondContacts: 50 });
  const issuer = await startIssuer();
  prepareIssuer(issuer);
  const logged: string[] = [];
  const log = createLog('info', { write: (line: string) => void logged.push(line) });
  const environment = { ...accelerators, ...jwtEnvironment(emulator, issuer), ...env };
  const mode = await startLiveMode(readConfig(environment), emulator.url, log);
  const gateway = await openGateway({ env: environment, ...mode, log });
  expect(await gateway.loadDocuments()).toEqual([]);
  return {
    ...{ gateway, emulator, issuer, logged },
    query: (authorization, query) =>
      postQuery(gateway, query, undefined, authorization === undefined ? {} : { authorization }),
    readiness: async () => (gateway.isReady() ? 200 : 503),
    async close() {
      await gateway.close();
      await mode.close();
      await emulator.close();
      await issuer.close();
    },
  };
}

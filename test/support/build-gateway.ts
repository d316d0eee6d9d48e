import { readConfig } from '../../src/config/config.ts';
import { createGateway, type Gateway, type GatewayOptions } from '../../src/gateway.ts';
import { createLog, type Log } from '../../src/log.ts';
import { accelerators } from './config.ts';
import { startReplicatedGateway } from './replicated-gateway.ts';

/** A gateway as its source takes it, with the environment in place of the configuration. */
export type BuildOptions = Omit<GatewayOptions, 'config' | 'log'> & {
  env?: Record<string, string | undefined>;
  /** Silent by default. */
  log?: Log;
};

/**
 * The only place in which a test creates a gateway: every gateway of a run has the accelerators of that run, unless `env`
 * sets others.
 */
export function buildGateway({ env, log = createLog('silent'), ...options }: BuildOptions): Gateway {
  return createGateway({ ...options, config: readConfig({ ...accelerators, ...env }), log });
}

/** How many gateways take the place of one: `npm run test:replicas` sets it. */
const replicas = Number(process.env['REPLICAS'] ?? 1);

/** Builds the gateway that a test sends requests to. In `npm run test:replicas` it is several of them behind HAProxy. */
export async function openGateway(options: BuildOptions): Promise<Gateway> {
  return replicas === 1 ? buildGateway(options) : startReplicatedGateway(replicas, options, buildGateway);
}

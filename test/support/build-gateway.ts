import { readConfig } from '../../src/config/config.ts';
import { createGateway, type Gateway, type GatewayOptions } from '../../src/gateway.ts';
import { createLog, type Log } from '../../src/log.ts';
import { accelerators } from './config.ts';

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

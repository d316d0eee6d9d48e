import { Counter, Gauge, type OpenMetricsContentType, type Registry } from 'prom-client';
import type { ReadGatewayState } from './gateway-state.ts';

/** Creates the metrics of the gateway's logins and of the issuer's keys. */
export function createAuthMetrics(registers: [Registry<OpenMetricsContentType>], read: ReadGatewayState) {
  new Gauge({
    name: 'contactgraph_jwks_age_seconds',
    help: 'Time since the keys of the issuer were fetched, in seconds. No sample without keys.',
    registers,
    aggregator: 'max',
    collect() {
      const ageMs = read()?.jwks?.ageMs;
      if (ageMs === undefined) this.remove();
      else this.set(ageMs / 1_000);
    },
  });
  return {
    logins: new Counter({
      name: 'contactgraph_token_logins_total',
      help: 'Logins of the gateway at the upstream, with which it gets or renews its own tokens, by result: succeeded, refused (4xx), failed.',
      labelNames: ['result'],
      registers,
    }),
    jwksFetches: new Counter({
      name: 'contactgraph_jwks_fetches_total',
      help: 'Fetches of the keys of the issuer, by result: succeeded, failed.',
      labelNames: ['result'],
      registers,
    }),
  };
}

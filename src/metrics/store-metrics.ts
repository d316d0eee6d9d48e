import { Counter, Gauge, type OpenMetricsContentType, type Registry } from 'prom-client';
import type { ReadGatewayState } from './gateway-state.ts';

/** Creates the metrics of the cache, of scroll sessions and of the stores that replicas share. */
export function createStoreMetrics(registers: [Registry<OpenMetricsContentType>], read: ReadGatewayState) {
  new Gauge({
    name: 'contactgraph_valkey_up',
    help: 'Whether the last command to Valkey succeeded: 1 or 0. No sample without VALKEY_URL.',
    registers,
    aggregator: 'min',
    collect() {
      const valkey = read()?.valkey;
      if (valkey === undefined) this.remove();
      else this.set(valkey.isUp ? 1 : 0);
    },
  });
  return {
    reads: new Counter({
      name: 'contactgraph_cache_requests_total',
      help: 'Reads that may be cached, by result: fresh, stale (served while it is refreshed, or because the upstream fails), coalesced (joined a pending read), miss (a call of the upstream), not_found, failed.',
      labelNames: ['result'],
      registers,
    }),
    coalesced: new Counter({
      name: 'contactgraph_coalesced_calls_total',
      help: 'Calls that were saved because an identical read was pending.',
      registers,
    }),
    scrollSessions: new Counter({
      name: 'contactgraph_scroll_sessions_total',
      help: 'Events of scroll sessions: opened at the start of a list, continued with a further page, reopened in the middle of a list, rescanned from its start.',
      labelNames: ['event'],
      registers,
    }),
    decodeWarnings: new Counter({
      name: 'contactgraph_decode_warnings_total',
      help: 'Values of the upstream that do not fit the wire contract and were answered as null, by field.',
      labelNames: ['field'],
      registers,
    }),
    replays: new Counter({
      name: 'contactgraph_idempotency_replays_total',
      help: 'Writes that were answered with the stored outcome of an earlier request with the same Idempotency-Key.',
      registers,
    }),
  };
}

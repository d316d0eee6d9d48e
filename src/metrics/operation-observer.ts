import type { ServerContext } from '../plugins/plugin.ts';
import { createLabelLimit } from './label-limit.ts';
import type { GatewayObservers } from './observers.ts';
import type { MetricsRegistry } from './registry.ts';

type OperationSpan = ServerContext['span'];

/** More than there are error codes, for codes of plugins that are not the gateway's own. */
const maxCodes = 50;

/** More than the wire contract has fields. */
const maxFields = 500;

/** The longest name of an operation that is a label; a longer one is `other`. */
const maxNameLength = 64;

/**
 * Returns the function that counts an operation. A name is a label if it is that of a trusted document, or among the first
 * `maxNames` names of operations without errors whose callers were authenticated: others cost no time series.
 */
export function observeOperations(metrics: MetricsRegistry, maxNames: number): GatewayObservers['onOperation'] {
  const trustedNames = createLabelLimit(Number.POSITIVE_INFINITY);
  const otherNames = createLabelLimit(maxNames);
  const codes = createLabelLimit(maxCodes);
  const fields = createLabelLimit(maxFields);

  function nameOf(name: string | undefined, isTrusted: boolean, mayBecomeKnown: boolean): string {
    if (name === undefined) return 'anonymous';
    if (name.length > maxNameLength) return 'other';
    if (isTrusted) return trustedNames.add(name);
    return mayBecomeKnown ? otherNames.add(name) : otherNames.find(name);
  }

  return ({ errors }, { operation, startedAt, authenticated, resolverContext, span }, isTrusted) => {
    const type = operation?.operation ?? 'none';
    const isAuthenticated = authenticated !== undefined && authenticated.caller.isAnonymous !== true;
    const mayBecomeKnown = isAuthenticated && errors === undefined;
    const [first] = errors ?? [];
    metrics.operations.inc({
      operation: operation === undefined ? 'other' : nameOf(operation.name?.value, isTrusted, mayBecomeKnown),
      type,
      code: first === undefined ? 'OK' : codes.add(String(first.extensions['code'])),
    });
    if (startedAt !== undefined) {
      metrics.durations.observe({
        labels: { type },
        value: (performance.now() - startedAt) / 1_000,
        exemplarLabels: exemplarOf(span),
      });
    }
    for (const { extensions } of errors ?? []) metrics.errors.inc({ code: codes.add(String(extensions['code'])) });
    for (const [field, kinds] of resolverContext?.usage.undecodable ?? []) {
      const count = Object.values(kinds).reduce((sum, each) => sum + each, 0);
      metrics.decodeWarnings.inc({ field: fields.add(field) }, count);
    }
  };
}

/** The id of the trace of an operation; nothing for a trace that is not exported, which could not be looked up. */
function exemplarOf(span: OperationSpan): Readonly<Record<string, string>> {
  return span?.isRecording === true ? { trace_id: span.traceId } : {};
}

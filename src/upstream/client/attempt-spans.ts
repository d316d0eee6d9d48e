import type { Attributes } from '@opentelemetry/api';
import { PublicError } from '../../errors.ts';
import type { ObserveAttempt } from './attempt-observer.ts';
import type { AttemptTrace } from './call.ts';
import { endpointNameOf } from './endpoint-name.ts';
import { pathTemplateOf } from './endpoint-template.ts';

/**
 * Creates the observer that forwards the trace of an operation to the upstream, and makes a span of each attempt of a call
 * where the trace is recorded. A span names the endpoint, never an id.
 *
 * @param url the address of the upstream; undefined for the embedded emulator
 */
export function traceAttempts(url: string | undefined): ObserveAttempt {
  const server = url === undefined ? {} : serverOf(new URL(url));
  const nothing = () => undefined;

  return (call) => {
    const { method, path: target, recorder, waitedMs } = call;
    const parent = recorder?.span;
    if (recorder === undefined || parent === undefined) return nothing;
    if (!parent.isRecording) {
      call.trace = { headers: parent.headers, status: undefined };
      return nothing;
    }
    const endpoint = endpointNameOf(target);
    const template = pathTemplateOf(endpoint);
    const attributes: Attributes = { ...server, 'http.request.method': method, 'contactgraph.endpoint': endpoint };
    if (template !== undefined) attributes['url.template'] = template;
    if (waitedMs !== undefined) attributes['contactgraph.wait_ms'] = waitedMs;
    if (recorder.attempt > 1) attributes['http.request.resend_count'] = recorder.attempt - 1;
    const span = parent.child(`${method} ${template ?? endpoint}`, 'client', attributes);
    const attempt: AttemptTrace = { headers: span.headers, status: undefined };
    call.trace = attempt;
    return ({ error }) => {
      const status = error instanceof PublicError ? error.upstreamStatus : attempt.status;
      if (status !== undefined) span.set({ 'http.response.status_code': status });
      if (error === undefined) span.end();
      else span.end(error instanceof PublicError ? error.code : 'INTERNAL');
    };
  };
}

function serverOf({ hostname, port, protocol }: URL): Attributes {
  return { 'server.address': hostname, 'server.port': Number(port || (protocol === 'https:' ? 443 : 80)) };
}

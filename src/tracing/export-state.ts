import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import type { SpanExporter } from '@opentelemetry/sdk-trace';
import type { Log } from '../log.ts';

/**
 * Logs one line when exports begin to fail, and one when they succeed again, and hides the failures from the SDK, which would
 * report each of them. A failure costs the spans of one export and nothing else.
 */
export function reportExports(exporter: SpanExporter, log: Log): SpanExporter {
  let isFailing = false;

  function report({ code, error }: ExportResult): void {
    const fails = code === ExportResultCode.FAILED;
    if (fails && !isFailing)
      log.warn({ reason: reasonOf(error) }, 'traces cannot be exported: their spans are dropped');
    if (!fails && isFailing) log.info('traces are exported again');
    isFailing = fails;
  }

  return {
    export: (spans, done) =>
      exporter.export(spans, (result) => {
        report(result);
        done({ code: ExportResultCode.SUCCESS });
      }),
    forceFlush: () => exporter.forceFlush?.() ?? Promise.resolve(),
    shutdown: () => exporter.shutdown(),
  };
}

/** The code of a system error, the status of a response, or the class. A message could quote the address or a header. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  return 'code' in error && error.code !== undefined ? String(error.code) : error.name;
}

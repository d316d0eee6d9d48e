import {
  type Attributes,
  type Context,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api';

/** The kinds of spans: a request that is received, work inside of the process, and a request that is sent. */
export type ActiveSpanKind = 'server' | 'internal' | 'client';

const kinds = { server: SpanKind.SERVER, internal: SpanKind.INTERNAL, client: SpanKind.CLIENT } as const;

/**
 * A span that has not ended, and the place in its trace where further spans begin. It is passed on as an argument: an
 * AsyncLocalStorage would cost each operation memory, and would mix the operations that a batch of calls starts together.
 *
 * A span that is not recorded, because the trace is not sampled or nothing exports it, has no children of its own: it stands
 * for all of them, and only its ids are forwarded.
 */
export class ActiveSpan {
  readonly #tracer: Tracer;
  readonly #context: Context;
  readonly #span: Span;
  /** Made once for all requests of a span that is not recorded. */
  #headers: readonly string[] | undefined;

  /** @param parent holds the parent span; a root context starts a trace */
  constructor(tracer: Tracer, parent: Context, name: string, kind: ActiveSpanKind, attributes: Attributes = {}) {
    this.#tracer = tracer;
    this.#span = tracer.startSpan(name, { kind: kinds[kind], attributes }, parent);
    this.#context = this.isRecording ? trace.setSpan(parent, this.#span) : parent; // without children
  }

  /** Whether the span will be exported. */
  get isRecording(): boolean {
    return this.#span.isRecording();
  }

  /** The id of the trace, as 32 hexadecimal digits. */
  get traceId(): string {
    return this.#span.spanContext().traceId;
  }

  /** The headers `traceparent` and `tracestate` for a request of this span, as names and values in alternation. */
  get headers(): readonly string[] {
    this.#headers ??= this.#makeHeaders();
    return this.#headers;
  }

  #makeHeaders(): readonly string[] {
    const { traceId, spanId, traceFlags, traceState } = this.#span.spanContext();
    const parent = `00-${traceId}-${spanId}-0${traceFlags & 1}`; // further flags have no meaning in this version
    const state = traceState?.serialize() ?? '';
    return state === '' ? ['traceparent', parent] : ['traceparent', parent, 'tracestate', state];
  }

  /** Starts a span below this one. */
  child(name: string, kind: ActiveSpanKind, attributes?: Attributes): ActiveSpan {
    return this.isRecording ? new ActiveSpan(this.#tracer, this.#context, name, kind, attributes) : this;
  }

  /** Adds attributes. None may be personal: no ids, variables or texts of documents, and no address with an id. */
  set(attributes: Attributes): void {
    this.#span.setAttributes(attributes);
  }

  /**
   * Ends the span; a second time has no effect.
   *
   * @param error the code of the error that it failed with
   * @param name replaces the name of its start
   */
  end(error?: string, name?: string): void {
    if (!this.isRecording) return;
    if (name !== undefined) this.#span.updateName(name);
    if (error !== undefined) {
      this.#span.setAttribute('error.type', error);
      this.#span.setStatus({ code: SpanStatusCode.ERROR });
    }
    this.#span.end();
  }
}

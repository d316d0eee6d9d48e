import type { JwksState } from '../auth/jwks-cache.ts';
import type { HttpServerState } from '../http/server.ts';
import type { CallPipelineState } from '../upstream/resilience/pipeline.ts';

/** The state of a process that metrics and the health report read when they are requested. */
export type GatewayState = Readonly<CallPipelineState> & {
  readonly isReady: boolean;
  readonly isDraining: boolean;
  /** Returns the hash of the schema, which is computed when it is first read. */
  schemaHash(): string;
  /** Undefined without `VALKEY_URL`. `since` is the time of the last change, in ms since 1970. */
  readonly valkey: { readonly isUp: boolean; readonly since: number } | undefined;
  /** The keys of the issuer; undefined where no issuer is configured. */
  readonly jwks: JwksState | undefined;
  /** The HTTP server; undefined until it listens. */
  readonly http: HttpServerState | undefined;
  /** Lines of the log that were dropped since the start of the process. */
  readonly droppedLogLines: number;
  readonly trustedDocuments: number;
};

/** Returns the state now; undefined while the process starts. */
export type ReadGatewayState = () => GatewayState | undefined;

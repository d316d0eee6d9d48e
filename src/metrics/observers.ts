import type { ExecutionResult } from 'graphql';
import type { OperationContext, ServerContext } from '../plugins/plugin.ts';
import type { ReadOutcome } from '../upstream/cache/cached-read.ts';
import type { ObserveAttempt } from '../upstream/client/attempt-observer.ts';
import type { UpstreamCall } from '../upstream/client/client.ts';
import type { ScrollEvent } from '../upstream/pagination/session-reader.ts';
import type { CircuitBreakerState } from '../upstream/resilience/circuit-breaker.ts';

/** What happens in a gateway, reported at most a few times for each operation. No function may throw. */
export type GatewayObservers = {
  /** An attempt of a call to the upstream was started. */
  readonly onAttempt: ObserveAttempt;
  /** A call is sent again after a failure. */
  onRetry(call: UpstreamCall): void;
  onBreaker(state: CircuitBreakerState): void;
  /** A read that may be cached has ended. */
  onRead(outcome: ReadOutcome): void;
  /** @param isTrusted whether the operation is one of a trusted document */
  onOperation(result: ExecutionResult, context: ServerContext & OperationContext, isTrusted: boolean): void;
  /** An operation uses a deprecated member of the schema. @param coordinate like `Contact.locationCid` */
  onDeprecated(coordinate: string): void;
  /** A request was answered with the response of an operation that was already being executed. */
  onSharedOperation(): void;
  onScroll(event: ScrollEvent): void;
  /** A repeated write got the stored result of its first use. */
  onReplay(): void;
  /** The keys of the issuer of access tokens were fetched, or could not be. */
  onJwksFetch(succeeded: boolean): void;
};

import type { OperationDefinitionNode } from 'graphql';
import type { Plugin as YogaPlugin } from 'graphql-yoga';
import type { Deadline } from '../async/deadline.ts';
import type { Caller } from '../auth/caller.ts';
import type { Context } from '../context.ts';
import type { OperationCost, PlannedCalls } from '../cost/operation-cost.ts';
import type { Delivery } from '../http-message/incremental.ts';
import type { ActiveSpan } from '../tracing/active-span.ts';
import type { UpstreamUsage } from '../upstream/operation/usage.ts';

/** The caller of a request, and the deadline and the cost of its operation, which starts with the authentication. */
export type Authenticated = {
  readonly caller: Caller;
  readonly deadline: Deadline;
  readonly usage: UpstreamUsage;
};

/** A request with a list of operations, and what these use up together. */
export type Batch = {
  /** The parameters of its operations, as the client sent them. */
  readonly operations: readonly object[];
  /** The contexts of its operations by their index; each inherits from the context of the request. */
  readonly contexts: (ServerContext & OperationContext)[];
  /** Upstream calls that its operations have asked for. */
  requestedCalls: number;
  /** Fields and list items that the answers to its operations may have. */
  responseFields: number;
  /** Bytes of the data of the answers that are complete. */
  responseBytes: number;
  /** Errors of the answers that are complete. */
  errors: number;
  /** Mutations among its operations that were executed under one `Idempotency-Key`. */
  keyedMutations: number;
};

/** An answer that is delivered in parts, as far as it is written. */
export type DeliveredParts = {
  /** The number of parts. */
  count: number;
  /** From the start of the request until the first part was written, in ms. */
  firstMs: number;
  /** Errors of all parts. */
  errors: number;
};

/** What the plugins share about a request. */
export type ServerContext = {
  requestId?: string;
  startedAt?: number;
  /** The address of the client, if the request came over a socket. */
  clientAddress?: string | undefined;
  /** The span of the request; undefined where nothing is traced. */
  span?: ActiveSpan | undefined;
  /** Set before the request's document is parsed. */
  authenticated?: Authenticated;
  /** Whether a client may keep the response and ask later whether it is still the same. */
  mayRevalidate?: boolean;
  /** Set while the body of a request is parsed that is a list of operations. */
  batch?: Batch;
  /** Receives whether the answer may be compressed, where Yoga works with a copy of this context. */
  compression?: { mayCompress: boolean };
  /** How the client accepts an answer in parts; undefined for one that accepts whole answers only. */
  delivery?: Delivery | undefined;
};

/** What the plugins add to Yoga's context while the operation starts. */
export type OperationContext = {
  authenticated?: Authenticated;
  clientAddress?: string | undefined;
  /** The context of the resolvers. */
  resolverContext?: Context;
  operation?: OperationDefinitionNode | undefined;
  /** Whether the answer may be compressed; set when the operation is executed. */
  mayCompress?: boolean;
  /** What the operation costs, from before its execution on; undefined for an operation that was refused before. */
  cost?: OperationCost;
  /** The fields that need upstream calls, where the operation is explained. */
  plan?: readonly PlannedCalls[];
  /** The batch that the operation is part of. */
  batch?: Batch;
  /** See `ServerContext`. */
  delivery?: Delivery | undefined;
  /** Set where the answer is delivered in parts: the operation goes on after its response has begun. */
  parts?: DeliveredParts;
};

/** A plugin of this gateway: one concern, one file. */
export type Plugin = YogaPlugin<OperationContext, ServerContext>;

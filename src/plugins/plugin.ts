import type { OperationDefinitionNode } from 'graphql';
import type { Plugin as YogaPlugin } from 'graphql-yoga';
import type { Deadline } from '../async/deadline.ts';
import type { Caller } from '../auth/caller.ts';
import type { Context } from '../context.ts';
import type { OperationCost } from '../cost/operation-cost.ts';
import type { UpstreamUsage } from '../upstream/operation/usage.ts';

/** The caller of a request, and the deadline and the cost of its operation, which starts with the authentication. */
export type Authenticated = {
  readonly caller: Caller;
  readonly deadline: Deadline;
  readonly usage: UpstreamUsage;
};

/** What the plugins share about a request. */
export type ServerContext = {
  requestId?: string;
  startedAt?: number;
  /** The address of the client, if the request came over a socket. */
  clientAddress?: string | undefined;
  /** Set before the request's document is parsed. */
  authenticated?: Authenticated;
  /** Whether a client may keep the response and ask later whether it is still the same. */
  mayRevalidate?: boolean;
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
};

/** A plugin of this gateway: one concern, one file. */
export type Plugin = YogaPlugin<OperationContext, ServerContext>;

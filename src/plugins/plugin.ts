import type { OperationDefinitionNode } from 'graphql';
import type { Plugin as YogaPlugin } from 'graphql-yoga';
import type { Context } from '../context.ts';
import type { Deadline } from '../deadline.ts';

/** What a request carries from plugin to plugin. */
export type ServerContext = {
  requestId?: string;
  startedAt?: number;
};

/** What the context holds beside that once the operation executes. */
export type OperationContext = Partial<Context> & {
  operation?: OperationDefinitionNode | undefined;
  deadline?: Deadline;
};

/** A plugin of this gateway: one concern, one file. */
export type Plugin = YogaPlugin<OperationContext, ServerContext>;

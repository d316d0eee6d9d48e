import type { IncomingMessage, ServerResponse } from 'node:http';
import type { arrive } from '../plugins/arrival.ts';
import type { OperationContext } from '../plugins/plugin.ts';
import type { MediaType } from './plain-request.ts';

/** A request that waits for its answer, and all that is known of it. */
export type Visitor = {
  readonly message: IncomingMessage;
  readonly response: ServerResponse;
  readonly body: Buffer;
  /** Of the answer. */
  readonly mediaType: MediaType;
  readonly context: ReturnType<typeof arrive> & OperationContext;
};

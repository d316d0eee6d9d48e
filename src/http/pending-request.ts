import type { IncomingMessage, ServerResponse } from 'node:http';
import type { OperationContext } from '../plugins/plugin.ts';
import type { startRequest } from '../plugins/request-id.ts';
import type { MediaType } from './request.ts';

/** A request that waits for its answer, and all that is known of it. */
export type FastPathRequest = {
  readonly message: IncomingMessage;
  readonly response: ServerResponse;
  readonly body: Buffer;
  /** Of the answer. */
  readonly mediaType: MediaType;
  readonly context: ReturnType<typeof startRequest> & OperationContext;
};

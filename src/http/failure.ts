import type { ServerResponse } from 'node:http';
import { internalError } from '../errors.ts';
import { describeError, type Log } from '../log.ts';
import { refuse } from './refusal.ts';

/** Answers a request whose handling threw an error that no other place expects. */
export type FailureHandler = (response: ServerResponse, error: unknown) => void;

/**
 * Creates the outermost error handler of a gateway: the error is logged without its message, and the client gets a 500 that
 * says nothing about it. Yoga's own handler would send the stack of an error that a hook around the execution throws.
 */
export function createFailureHandler(log: Log): FailureHandler {
  return (response, error) => {
    if (response.destroyed || response.req.socket.destroyed) return; // an error because the client left
    const requestId = refuse(response, { status: 500, ...internalError });
    log.error({ requestId, error: describeError(error) }, 'internal error');
  };
}

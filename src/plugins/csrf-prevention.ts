import { useCSRFPrevention } from '@graphql-yoga/plugin-csrf-prevention';
import { GraphQLError } from 'graphql';
import { Forbidden } from '../errors.ts';
import type { Plugin } from './plugin.ts';

/** Any of these headers protects a GET: a browser sends it to another origin only if that permits it. */
export const csrfHeaders = ['graphql-require-preflight', 'apollo-require-preflight', 'x-graphql-yoga-csrf'];

const message =
  `This request needs one of the headers ${csrfHeaders.slice(0, -1).join(', ')} or ${csrfHeaders.at(-1)}, with any value, ` +
  'or a POST with Content-Type: application/json in its place.';

/**
 * Refuses requests that a browser would send to another origin without a preflight. The plugin of Yoga finds them; its own
 * message does not say which headers are needed, and clients like urql send GETs by default.
 */
export function useCsrfHeaders(): Plugin {
  const { onRequestParse } = useCSRFPrevention({ requestHeaders: csrfHeaders });
  return {
    onRequestParse(payload) {
      try {
        return onRequestParse?.(payload);
      } catch {
        const originalError = new Forbidden(message);
        throw new GraphQLError(message, { originalError });
      }
    },
  };
}

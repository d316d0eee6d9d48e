import { z } from 'zod';
import { loginField } from '../../src/upstream/wire/index.ts';
import { ApiError } from '../api-error.ts';
import { parseBody } from '../request-body.ts';
import type { System } from '../system.ts';
import { bodySchema } from '../wire-names.ts';

const credentials = bodySchema(loginField, { clientKey: z.string(), clientSecret: z.string() });

/**
 * Endpoint 12: returns a JWT for a client key. This is the only response without an envelope [doc].
 *
 * @throws {ApiError} 401 for an unknown key or a wrong secret, 409 for an invalid body
 */
export function login({ clients, tokenIssuer }: System, body: unknown): object {
  const { clientKey, clientSecret } = parseBody(credentials, body);
  const client = Object.values(clients).find((candidate) => candidate.clientKey === clientKey);
  if (client === undefined || client.clientSecret !== clientSecret) {
    throw new ApiError(401, 'Invalid client key or secret');
  }
  return { [loginField.token]: tokenIssuer.issue(client) };
}

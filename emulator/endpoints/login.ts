import { z } from 'zod';
import { loginField } from '../../src/upstream/wire.ts';
import { Refusal } from '../api-error.ts';
import { parseBody } from '../request-body.ts';
import type { System } from '../system.ts';
import { bodyOf } from '../wire-names.ts';

const credentials = bodyOf(loginField, { clientKey: z.string(), clientSecret: z.string() });

/** Endpoint 12: a JWT for a client key. The one answer without an envelope [doc]. @throws {Refusal} 401 for a wrong pair */
export function login({ clients, authority }: System, body: unknown): object {
  const given = parseBody(credentials, body);
  const client = Object.values(clients).find(({ clientKey }) => clientKey === given.clientKey);
  if (client === undefined || client.clientSecret !== given.clientSecret) {
    throw new Refusal(401, 'Invalid client key or secret');
  }
  return { [loginField.token]: authority.issue(client) };
}

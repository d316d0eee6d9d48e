import type { Context } from '../context.ts';
import { Secret } from '../crypto/secret.ts';
import { type ContactToken, tokenLimits } from '../model.ts';
import { decodeContactId } from './input/global-id.ts';
import { wrongFormat } from './input/problems.ts';
import { InputValidator } from './input/validator.ts';
import { contactNotFound, type FieldPath, type Payload, runMutation, type WrittenContact } from './payload.ts';

/** The input of the mutation `issueContactToken`. `id` is a global id, and `expiresIn` is in seconds. */
export type IssueContactTokenInput = { id: string; expiresIn: number; hits: number };

/** The issued token with its contact. */
export type TokenIssued = WrittenContact & ContactToken;

/** Issues a customer token. The response key identifies the write for an `Idempotency-Key`. */
export function issueContactToken(
  _root: object,
  { input: { id, expiresIn, hits } }: { input: IssueContactTokenInput },
  { idempotentWrite, writes }: Context,
  { path: { key } }: FieldPath,
): Promise<Payload<TokenIssued>> {
  const validator = new InputValidator(['input']);
  const subject = validator.parse('id', id, decodeContactId);
  validator.number('expiresIn', expiresIn, tokenLimits.expiration);
  validator.number('hits', hits, tokenLimits.hits);
  return runMutation({
    validator,
    subject,
    notFound: contactNotFound(validator),
    write: (cid) =>
      idempotentWrite({
        path: `${key}`,
        input: { cid, expiresIn, hits },
        write: async () => ({ cid, ...(await writes.issueToken(cid, { expiresIn, hits })) }),
        toRecord,
        fromRecord,
      }),
  });
}

/** Redeems a customer token, which uses up one hit. */
export function redeemContactToken(
  _root: object,
  { input: { token } }: { input: { token: string } },
  { writes }: Context,
): Promise<Payload<WrittenContact>> {
  const validator = new InputValidator(['input']);
  return runMutation({
    validator,
    subject: validator.parse('token', token, parseToken),
    notFound: { message: 'There is no such token, or it is not one of yours.', field: validator.pathOf('token') },
    write: async (secret) => ({ cid: await writes.redeemToken(secret) }),
  });
}

/** The record includes the token: a repeated request needs it, and the token expires by itself. */
function toRecord({ token, activationUrl, ...issued }: TokenIssued): TokenRecord {
  return { ...issued, token: token.reveal(), activationUrl: activationUrl.reveal() };
}

function fromRecord(record: unknown): TokenIssued {
  const { token, activationUrl, ...issued } = record as TokenRecord; // as `toRecord` wrote it
  return { ...issued, token: new Secret(token), activationUrl: new Secret(activationUrl) };
}

type TokenRecord = { [K in keyof TokenIssued]: TokenIssued[K] extends Secret ? string : TokenIssued[K] };

/** Parses a token, which becomes a segment of an upstream path. @throws {BadUserInput} for text that could leave the path */
export function parseToken(token: string): Secret {
  if (!/^[A-Za-z0-9_-]{1,128}$/.test(token)) throw wrongFormat('Token');
  return new Secret(token);
}

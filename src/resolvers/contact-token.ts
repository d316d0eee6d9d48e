import type { Context } from '../context.ts';
import { BadUserInput } from '../errors.ts';
import { type ContactToken, tokenLimits } from '../model.ts';
import { Secret } from '../secret.ts';
import { Check } from './check.ts';
import { decodeContactId } from './global-id.ts';
import { type At, type ContactWritten, type Payload, payloadOf, unknownContact } from './payload.ts';

export type IssueContactTokenInput = { id: string; expiresIn: number; hits: number };

export type TokenIssued = ContactWritten & ContactToken;

export function issueContactToken(
  _root: object,
  { input: { id, expiresIn, hits } }: { input: IssueContactTokenInput },
  { once, writes }: Context,
  { path: { key } }: At,
): Promise<Payload<TokenIssued>> {
  const check = new Check(['input']);
  const subject = check.read('id', id, decodeContactId);
  checkNumber(check, 'expiresIn', expiresIn, tokenLimits.expiration);
  checkNumber(check, 'hits', hits, tokenLimits.hits);
  return payloadOf({
    check,
    subject,
    unknown: unknownContact(check),
    write: (cid) =>
      once({
        path: `${key}`,
        input: { cid, expiresIn, hits },
        write: async () => ({ cid, ...(await writes.issueToken(cid, { expiresIn, hits })) }),
        toKept,
        fromKept,
      }),
  });
}

/** Uses up one hit. */
export function redeemContactToken(
  _root: object,
  { input: { token } }: { input: { token: string } },
  { writes }: Context,
): Promise<Payload<ContactWritten>> {
  const check = new Check(['input']);
  return payloadOf({
    check,
    subject: check.read('token', token, parseToken),
    unknown: { message: 'There is no such token, or it is not one of yours.', field: check.pathOf('token') },
    write: async (secret) => ({ cid: await writes.redeemToken(secret) }),
  });
}

/** The token, too: a repeat without it would be of no use, and it ends by itself. */
function toKept({ token, activationUrl, ...issued }: TokenIssued): Kept {
  return { ...issued, token: token.reveal(), activationUrl: activationUrl.reveal() };
}

function fromKept(kept: unknown): TokenIssued {
  const { token, activationUrl, ...issued } = kept as Kept; // as it was kept
  return { ...issued, token: new Secret(token), activationUrl: new Secret(activationUrl) };
}

type Kept = { [K in keyof TokenIssued]: TokenIssued[K] extends Secret ? string : TokenIssued[K] };

function checkNumber(check: Check, name: string, value: number, { min, max }: { min: number; max: number }): void {
  if (value < min || value > max) check.refuse(`"${name}" is a whole number from ${min} to ${max}.`, [name]);
}

/** It becomes part of a path: what could leave that is not a token. */
export function parseToken(token: string): Secret {
  if (!/^[A-Za-z0-9_-]{1,128}$/.test(token)) {
    throw new BadUserInput('A token is 1 to 128 letters, digits, "-" or "_".');
  }
  return new Secret(token);
}

import { Secret } from '../../crypto/secret.ts';
import { id, nonEmptyText } from '../decode/fields.ts';
import type { Upstream } from '../operation/upstream.ts';
import { param, passpointActivation, path, payload } from '../wire/index.ts';
import { readWriteResult } from './contact-changes.ts';

/** A customer token: it identifies a contact until it expires or is used up. */
export type ContactToken = {
  readonly token: Secret;
  /** From this URL the contact's phone gets its Passpoint profile. It contains the token. */
  readonly activationUrl: Secret;
  readonly expiresAt: string;
  /** How often the token can be redeemed. */
  readonly hits: number;
};

/** Endpoint 10: issues a token. `expiresIn` is 1 to 86,400 seconds, `hits` is 1 to 100. @throws {NotFound} */
export function issueToken(
  upstream: Upstream,
  cid: string,
  { expiresIn, hits }: { expiresIn: number; hits: number },
): Promise<ContactToken> {
  const write = {
    resource: 'issueToken',
    method: 'GET',
    path: path.issueToken(cid),
    query: new URLSearchParams({ [param.expiration]: String(expiresIn), [param.hits]: String(hits) }),
    repeatable: false,
    advice: 'A token that was issued and lost ends by itself: ask for another.',
  } as const;
  return upstream.write(write, (answer) => {
    const token = answer.required(payload.token, nonEmptyText);
    const { at = new Date().toISOString() } = readWriteResult(answer);
    return {
      token: new Secret(token),
      activationUrl: new Secret(passpointActivation(token)),
      expiresAt: new Date(Date.parse(at) + expiresIn * 1000).toISOString(),
      hits,
    };
  });
}

/**
 * Endpoint 11: redeems a token, which uses up one hit, and returns the cid of its contact.
 *
 * @throws {NotFound} for a token that was never issued
 * @throws {Gone} for a token that has expired or is used up
 * @throws {RateLimited}
 */
export function redeemToken(upstream: Upstream, token: Secret): Promise<string> {
  const write = {
    resource: 'redeemToken',
    quota: 'redeem', // [doc] The upstream limits these calls by themselves, against guessed tokens.
    method: 'GET',
    path: path.redeemToken(token.reveal()),
    repeatable: false,
    advice: 'A hit of the token may be used up; if it has more, it can be redeemed again.',
  } as const;
  return upstream.write(write, ({ required }) => required(payload.tokenOwner, id));
}

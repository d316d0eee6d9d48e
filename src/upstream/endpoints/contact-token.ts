import { Secret } from '../../crypto/secret.ts';
import { id, nonEmptyText } from '../decode/fields.ts';
import type { Upstream } from '../operation/upstream.ts';
import { param, passpointActivation, path, payload } from '../wire/index.ts';
import { readWriteResult } from './write-result.ts';

/** A token that stands for a contact, for a while. */
export type ContactToken = {
  readonly token: Secret;
  /** Where the contact's phone gets its Passpoint profile; as secret as the token that it holds. */
  readonly activationUrl: Secret;
  readonly expiresAt: string;
  readonly hits: number;
};

/** Endpoint 10. `expiresIn` is 1 to 86,400 seconds, `hits` 1 to 100. */
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
 * Endpoint 11: the cid of the contact that a token stands for. Uses up one hit.
 *
 * @throws {NotFound} for a token that never was, {Gone} for one that has expired or is used up, {RateLimited}
 */
export function redeemToken(upstream: Upstream, token: Secret): Promise<string> {
  const write = {
    resource: 'redeemToken',
    quota: 'redeem', // [doc] 429 when asked too often, by anybody with a guess at a token
    method: 'GET',
    path: path.redeemToken(token.reveal()),
    repeatable: false,
    advice: 'A hit of the token may be used up; if it has more, it can be redeemed again.',
  } as const;
  return upstream.write(write, ({ required }) => required(payload.tokenOwner, id));
}

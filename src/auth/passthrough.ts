import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { Secret } from '../crypto/secret.ts';
import { Detail, Forbidden, UpstreamBadResponse } from '../errors.ts';
import { idPattern } from '../id.ts';
import { createForwardedCredential } from '../upstream/credential/forwarded-credential.ts';
import { readTokenClaims } from '../upstream/credential/token-claims.ts';
import { TokenProof } from '../upstream/credential/token-proof.ts';
import type { Service } from '../upstream/endpoints/service.ts';
import { type Authenticate, clockSkewSeconds, type RequestHeaders } from './authenticate.ts';
import { bearerToken, checkJwtForm, unauthenticatedError } from './bearer.ts';
import { type Caller, cacheCallerKey } from './caller.ts';
import { chooseOrganization, organizationHeader, organizationRefused } from './organization-choice.ts';
import { createRevokedTokens, type RevokedTokens } from './revoked-tokens.ts';
import { createServiceDiscovery, type DescribedToken } from './service-discovery.ts';
import { createTokenStatuses } from './token-status.ts';

/** Tokens whose claims are cached: a client sends the same token with every request, and reading it is expensive. */
const maxTokens = 1_000;

/**
 * The memory of the cache in bytes, and that of one token: its text, once as the header that it came in and once as claims,
 * and 1,300 bytes for its caller, credential and hash. Measured on Node 24 over 1,000 tokens of 54 to 8,000 characters with
 * `--expose-gc`. A thousand tokens of 1 kB fit, or 220 of the longest, 8 kB.
 */
const maxTokenBytes = 4_000_000;
const bytesPerCharacter = 2;
const bytesPerToken = 1_500;

/** A token of a request, with what it claims about itself, which nothing has verified yet. */
type ParsedToken = DescribedToken & {
  readonly claims: Pick<ReturnType<typeof readTokenClaims>, 'organizationId' | 'scopes'>;
  /** The organization that the request names in its header. */
  readonly requested: string | undefined;
  /** The caller of the token, and the service that it was made of; undefined for an organization that the token claims. */
  caller?: Caller;
  service?: Service | undefined;
};

/** The options of passthrough mode. */
export type PassthroughOptions = {
  /** `ORGANIZATION_ID`: chooses among the organizations of a token, and is that of tokens whose service is not known. */
  organizationId?: string | undefined;
  /** Is called once, with the reason, if the upstream does not tell the service of a token. */
  onServiceUnavailable?: (reason: string) => void;
  /** Tokens that their callers have revoked; by default those of this process. */
  revokedTokens?: RevokedTokens;
};

/**
 * Passthrough mode: forwards the caller's own upstream token, which the upstream verifies. A token that the upstream has
 * rejected, or that has expired by its own claims, is rejected here without a call: its cached pages must not be served.
 *
 * A real token does not name its organization: the upstream is asked for the service of the token, once for each token.
 */
export function authenticateByPassthrough({
  organizationId: byDefault,
  onServiceUnavailable = () => undefined,
  revokedTokens = createRevokedTokens(),
}: PassthroughOptions = {}): Authenticate {
  const statuses = createTokenStatuses();
  const discovery = createServiceDiscovery({ statuses, onUnavailable: onServiceUnavailable });
  const tokens = new LRUCache<string, ParsedToken>({
    max: maxTokens,
    maxSize: maxTokenBytes,
    sizeCalculation: (_, token) => bytesPerCharacter * token.length + bytesPerToken,
  });

  function parseOnce(token: string, headers: RequestHeaders): ParsedToken {
    const requested = headers.get(organizationHeader) ?? undefined;
    const key = requested === undefined ? token : `${token} ${requested}`;
    const cached = tokens.get(key);
    if (cached !== undefined) return cached;
    checkJwtForm(token);
    const parsed = parseToken(token, requested);
    tokens.set(key, parsed);
    return parsed;
  }

  /** @param isProven whether the upstream has told that the token is for the organization */
  function createCaller(parsed: ParsedToken, organizationId: string, isProven: boolean): Caller {
    const { hash, expiresAt, claims } = parsed;
    const credential = createForwardedCredential({
      ...{ token: parsed.token, id: hash, expiresAt },
      isRevoked: () => revokedTokens.has(hash),
      onRejected: () => statuses.reject(hash),
      onUnknown: () => discovery.refuse(hash),
      isGenuine: async (call) =>
        statuses.find(hash) !== undefined || (await discovery.find(parsed, call).catch(() => undefined)) !== undefined,
      // Any accepted call shows that the token is genuine, and with it the organization that it names.
      onAccepted: () => statuses.accept(hash, claims.organizationId),
      proof: new TokenProof({
        isAccepted: () => statuses.find(hash) === 'accepted',
        isRefused: () => statuses.find(hash) === 'rejected' || discovery.isRefused(hash),
        onProven: () => statuses.accept(hash),
      }),
    });
    const organizationProof = {
      isGiven: () => statuses.isProven(hash, organizationId),
      give: () => statuses.accept(hash, organizationId),
    };
    return cacheCallerKey({
      ...{ organizationId, subject: hash, credential },
      scopes: claims.scopes ?? parsed.service?.scopes,
      ...(isProven ? {} : { organizationProof }),
      service: (call) => discovery.find(parsed, call),
      revokeToken: () => revokedTokens.revoke(hash, expiresAt),
    });
  }

  /** The caller of a token that names its organization: no call is needed to find it. */
  function callerByClaim(parsed: ParsedToken, organizationId: string): Caller {
    if (!idPattern.test(organizationId)) throw organizationRefused();
    if (parsed.requested !== undefined && parsed.requested !== organizationId) throw organizationRefused();
    parsed.caller ??= createCaller(parsed, organizationId, false);
    return parsed.caller;
  }

  function callerByService(parsed: ParsedToken, service: Service): Caller {
    if (parsed.caller !== undefined && parsed.service === service) return parsed.caller;
    const organizationId = chooseOrganization(service.organizations, parsed.requested, byDefault);
    parsed.service = service;
    parsed.caller = createCaller(parsed, organizationId, true);
    return parsed.caller;
  }

  /** Whether the organization of the configuration may be used, because the request names no other one. */
  const allowsDefault = ({ requested }: ParsedToken) => requested === undefined || requested === byDefault;

  /** The caller of a token whose service is not known: the configuration names its organization. */
  function callerByDefault(parsed: ParsedToken): Caller {
    if (byDefault === undefined || !allowsDefault(parsed)) {
      throw new Forbidden('The access token names no organization, and the gateway has no default one.');
    }
    if (parsed.caller === undefined || parsed.service !== undefined) {
      parsed.service = undefined;
      parsed.caller = createCaller(parsed, byDefault, false);
    }
    return parsed.caller;
  }

  return async (headers, call) => {
    const parsed = parseOnce(bearerToken(headers), headers);
    const { hash, expiresAt, claims } = parsed;
    if (await revokedTokens.isRevoked(hash)) throw unauthenticatedError(new Detail('revoked'));
    if (statuses.find(hash) === 'rejected') throw unauthenticatedError(new Detail('rejected by the upstream'));
    if (expiresAt !== undefined && expiresAt + clockSkewSeconds <= Date.now() / 1000) {
      throw unauthenticatedError(new Detail('expired'));
    }
    const service = discovery.cached(parsed);
    if (claims.organizationId !== undefined) return callerByClaim(parsed, claims.organizationId);
    if (service !== undefined) return callerByService(parsed, service);
    try {
      const discovered = await discovery.find(parsed, call);
      return discovered === undefined ? callerByDefault(parsed) : callerByService(parsed, discovered);
    } catch (error) {
      // A body that cannot be read tells nothing about the token: the configuration decides for this request.
      if (error instanceof UpstreamBadResponse && byDefault !== undefined && allowsDefault(parsed)) {
        return callerByDefault(parsed);
      }
      throw error;
    }
  };
}

function parseToken(text: string, requested: string | undefined): ParsedToken {
  const { exp: expiresAt, issuer: serviceId, organizationId, scopes } = readTokenClaims(text);
  const hash = createHash('sha256').update(text).digest('base64url');
  return { token: new Secret(text), hash, serviceId, expiresAt, claims: { organizationId, scopes }, requested };
}

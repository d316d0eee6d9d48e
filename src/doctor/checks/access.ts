import { Secret } from '../../crypto/secret.ts';
import { parseJsonBytes } from '../../http-message/json-text.ts';
import { kindOf } from '../../upstream/decode/value-kind.ts';
import { claim, loginField, path } from '../../upstream/wire/index.ts';
import { bodies } from '../contract/bodies.ts';
import { wireLine } from '../contract/wire-lines.ts';
import type { Answer } from '../probe.ts';
import {
  addAnswer,
  addFinding,
  type ClientKey,
  checkCall,
  closeCheck,
  field,
  openCheck,
  type Reporting,
  refusalCheck,
  type Session,
  tryCall,
} from '../session.ts';

/** The largest number of calls of the checks in this file, without those of `checkLogout`. */
export const accessCalls = 7;
/** The calls of `checkLogout`. */
export const logoutCalls = 3;

/** Call 12: logs in. @returns the token; undefined if the upstream gave none */
export async function checkLogin(reporting: Reporting, key: ClientKey, title = 'login'): Promise<Secret | undefined> {
  const check = { call: 12, title, status: 'success', contract: bodies.login, path: 'login' } as const;
  const token = field(await checkCall(reporting, check, loginRequest(key)), loginField.token);
  return typeof token === 'string' && token !== '' ? new Secret(token) : undefined;
}

/** Call 12 with a key that does not exist. */
export async function checkRefusedLogin(reporting: Reporting): Promise<void> {
  const key = { clientKey: 'ck-00000000-0000-4000-8000-00000000d0c0', clientSecret: new Secret('not a secret') };
  await checkCall(reporting, refusalCheck(12, 'login with an unknown client key', 'loginRefused'), loginRequest(key));
}

/** Looks at the names and types of the token's claims, and at its lifetime. @returns the id of the service, if there is one */
export function checkClaims({ report }: Pick<Reporting, 'report'>, token: Secret): string | undefined {
  const claims = readClaims(token);
  const findings = [];
  const issuer = field(claims, 'iss');
  const kinds = Object.entries(Object(claims)).map(([name, value]) => `${name} (${kindOf(value)})`);
  if (typeof issuer !== 'string') {
    const came = claims === undefined ? 'a token that is no JWT' : kindOf(issuer);
    findings.push({ name: 'token.iss', expected: 'string (id)', came, wire: wireLine('path', 'service') });
  }
  const expected = { [claim.organization]: 'string', [claim.scopes]: 'array' };
  for (const [name, type] of Object.entries(expected)) {
    const came = kindOf(field(claims, name));
    if (came !== 'absent' && came !== type) {
      findings.push({ name: `token.${name}`, expected: type, came, wire: wireLine('claim', name) });
    }
  }
  const [exp, iat] = [field(claims, 'exp'), field(claims, 'iat')];
  const lifetime =
    typeof exp === 'number' && typeof iat === 'number'
      ? `the token is valid for ${Math.round(exp - iat)} seconds`
      : 'the token does not say how long it is valid: one day is assumed';
  const outcome = findings.length > 0 ? 'differs' : 'matches';
  report({
    call: 12,
    title: 'claims of the token',
    outcome,
    findings,
    notes: [`claims: ${kinds.join(', ')}`, lifetime],
  });
  return typeof issuer === 'string' ? issuer : undefined;
}

/** Whether the first token is still valid after a second login: each replica of the gateway logs in. @returns the second token */
export async function checkSecondLogin(session: Session, key: ClientKey): Promise<Secret | undefined> {
  const second = await checkLogin(session, key, 'second login');
  const check = {
    call: 12,
    title: 'first token after a second login',
    status: 'success',
    contract: bodies.contacts,
  } as const;
  const open = openCheck();
  const request = { path: path.contacts(session.organizationId) };
  const answer = await tryCall(session.probe, { ...request, bearer: session.token });
  // A client key that may not make the call is refused with the second token as well.
  const other = isRefused(answer) ? await tryCall(session.probe, { ...request, bearer: second }) : answer;
  if (typeof answer !== 'string' && isRefused(answer) && !isRefused(other)) {
    const wire = wireLine('path', 'login');
    addFinding(open, { name: 'status', expected: '200', came: `${answer.status}: a login revokes other tokens`, wire });
    closeCheck(session, check, open);
  } else {
    const reason = typeof answer === 'string' ? answer : answer.status < 300 ? undefined : `status ${answer.status}`;
    closeCheck(session, check, open, second === undefined ? 'there was no second login' : reason);
  }
  return second;
}

/** Calls without a valid token. */
export async function checkRefusedTokens(session: Session): Promise<void> {
  const request = { path: path.contacts(session.organizationId) };
  await checkCall(session, refusalCheck(1, 'call without a token', 'tokenRefused'), request);
  const invalid = { ...request, bearer: new Secret('eyJhbGciOiJub25lIn0.e30.invalid') };
  await checkCall(session, refusalCheck(1, 'call with an invalid token', 'tokenRefused'), invalid);
}

/** Call 19: revokes the tokens, so that the check leaves none, and uses the first one again. */
export async function checkLogout(
  session: Omit<Session, 'organizationId'>,
  [token, ...others]: readonly Secret[],
): Promise<void> {
  const check = { call: 19, title: 'logout', status: 'success', contract: bodies.none, path: 'logout' } as const;
  const open = openCheck();
  const request = { method: 'POST', path: path.logout } as const;
  const answer = await tryCall(session.probe, { ...request, bearer: token });
  if (typeof answer !== 'string') {
    const isSuccess = answer.status === 200 || answer.status === 201;
    addAnswer(check, open, { ...answer, isJson: true, body: {} });
    if (isSuccess && answer.hasBody) {
      addFinding(open, { name: 'body', expected: 'none', came: 'a body', wire: wireLine('path', 'logout') });
    }
  }
  closeCheck(session, check, open, typeof answer === 'string' ? answer : undefined);
  const revoked = refusalCheck(19, 'logout with a revoked token', 'tokenRefused');
  await checkCall(session, revoked, { ...request, bearer: token });
  for (const other of others) await tryCall(session.probe, { ...request, bearer: other });
}

function isRefused(answer: Answer | string): boolean {
  return typeof answer !== 'string' && (answer.status === 401 || answer.status === 403);
}

function loginRequest({ clientKey, clientSecret }: ClientKey) {
  const body = { [loginField.clientKey]: clientKey, [loginField.clientSecret]: clientSecret.reveal() };
  return { method: 'POST', path: path.login, body } as const;
}

function readClaims(token: Secret): unknown {
  try {
    return parseJsonBytes(Buffer.from(token.reveal().split('.')[1] ?? '', 'base64url'));
  } catch {
    return undefined;
  }
}

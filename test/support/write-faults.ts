import type { FaultRule } from '../../emulator/faults.ts';
import { canary, type Mutation } from './mutations.ts';

/** The result for the client: `DONE`, the code of a user error, or the code of an error. */
export type WriteResult = 'DONE' | 'NOT_FOUND' | 'CONFLICT' | { code: string; retryAfter?: number };

/** A fault of a write and its expected result. */
export type WriteFault = {
  name: string;
  /** The faults of the first and the following calls of the write. */
  rules: readonly Rule[];
  login?: Rule;
  /** What happens to the whole upstream before the write. */
  upstream?: 'forgets its tokens' | 'ends';
  /** Whether only the deadline of the operation ends the call. */
  endsAtDeadline?: boolean;
  result: WriteResult | ((mutation: Mutation) => WriteResult);
  /** How often the write is sent. */
  sendCount: number;
  loginCount?: number;
  performed: boolean;
  /** Whether the other rows of a bulk mutation fail in the same way. */
  affectsAllRows?: boolean;
};

type Rule = Omit<FaultRule, 'path' | 'method'>;

const unknown = { result: { code: 'OUTCOME_UNKNOWN' }, sendCount: 1 } as const;
const refused = { sendCount: 1, performed: false } as const;
const replayed = { sendCount: 2, loginCount: 1 } as const;
const unlimited = Number.POSITIVE_INFINITY;
const status = (status: number, options: Rule | object = {}): Rule => ({ ...options, kind: 'status', status });
const ko = (code?: string): [Rule] => [{ kind: 'ko', ...(code === undefined ? {} : { code }) }];
const body = (body: string): [Rule] => [{ kind: 'body', body, after: true }];

export const writeFaults: readonly WriteFault[] = [
  { name: 'nothing', rules: [], result: 'DONE', sendCount: 1, performed: true },
  { name: 'a late answer', rules: [{ kind: 'delay', ms: 100 }], result: 'DONE', sendCount: 1, performed: true },
  { name: 'a connection that closes after', rules: [{ kind: 'close' }], result: 'DONE', sendCount: 1, performed: true },

  // A refused token causes one login and one replay.
  { name: '401 once', rules: [status(401)], result: 'DONE', ...replayed, performed: true },
  { name: '403 once', rules: [status(403)], result: 'DONE', ...replayed, performed: true },
  {
    ...{ name: 'an ended token', rules: [], upstream: 'forgets its tokens', result: 'DONE' },
    ...{ ...replayed, performed: true },
  },
  {
    ...{ name: '401 for ever', rules: [status(401, { times: unlimited })], result: { code: 'UPSTREAM_AUTH' } },
    ...{ ...replayed, performed: false },
  },
  {
    ...{ name: '403 for ever', rules: [status(403, { times: unlimited })], result: { code: 'FORBIDDEN' } },
    ...{ ...replayed, performed: false },
  },
  {
    ...{ name: '403, and 500 at the login', rules: [status(403)], login: status(500), ...refused, loginCount: 1 },
    result: { code: 'UPSTREAM_UNAVAILABLE' },
  },
  {
    ...{ name: '403, and 401 at the login', rules: [status(403)], login: status(401), ...refused, loginCount: 1 },
    result: { code: 'UPSTREAM_AUTH' },
  },
  {
    ...{
      name: '403, and a login that hangs',
      rules: [status(403)],
      login: { kind: 'hang' },
      ...refused,
      loginCount: 1,
    },
    ...{ endsAtDeadline: true, result: { code: 'UPSTREAM_TIMEOUT' } },
  },
  {
    ...{ name: '403, and 500 for the replay', rules: [status(403), status(500)], ...unknown, ...replayed },
    performed: false,
  },
  {
    ...{ name: '403, and a reset after the replay', rules: [status(403), { kind: 'reset', after: true }] },
    ...{ ...unknown, ...replayed, performed: true },
  },
  {
    name: '403, and 409 for the replay',
    rules: [status(403), status(409)],
    result: 'CONFLICT',
    ...replayed,
    performed: false,
  },

  // These responses say that the write was not made.
  { name: '404', rules: [status(404)], result: 'NOT_FOUND', ...refused },
  ...[400, 409, 422].map(
    (code) => ({ name: `${code}`, rules: [status(code)], result: 'CONFLICT', ...refused }) as const,
  ),
  ...[405, 451].map((code) => ({
    ...{ name: `${code}`, rules: [status(code)], result: { code: 'UPSTREAM_BAD_RESPONSE' }, ...refused },
  })),
  { name: '410', rules: [status(410)], result: { code: 'GONE' }, ...refused },
  {
    ...{ name: '429 with Retry-After', rules: [status(429, { retryAfter: '7' })], ...refused },
    result: { code: 'RATE_LIMITED', retryAfter: 7 },
  },
  { name: '429 without', rules: [status(429)], result: { code: 'RATE_LIMITED' }, ...refused },
  { name: 'KO: FORBIDDEN', rules: ko('FORBIDDEN'), result: { code: 'FORBIDDEN' }, ...refused },
  { name: 'KO: INVALID_PARAMETERS', rules: ko('INVALID_PARAMETERS'), result: 'CONFLICT', ...refused },
  { name: 'KO: GONE', rules: ko('GONE'), result: { code: 'GONE' }, ...refused },
  { name: 'KO: TOO_MANY_REQUESTS', rules: ko('TOO_MANY_REQUESTS'), result: { code: 'RATE_LIMITED' }, ...refused },

  // These responses do not say whether the write was made.
  ...[408, 425, 500, 502, 503, 504].map((code) => ({
    ...{ name: `${code}`, rules: [status(code, { retryAfter: '7' })], ...unknown, performed: false },
  })),
  { name: '500 after it was done', rules: [status(500, { after: true })], ...unknown, performed: true },
  { name: '502 as HTML', rules: [{ kind: 'html' }], ...unknown, performed: false },
  {
    name: '200 as HTML, after it was done',
    rules: [{ kind: 'html', status: 200, after: true }],
    ...unknown,
    performed: true,
  },
  { name: 'KO: an unknown code', rules: ko(canary), ...unknown, performed: false },
  { name: 'KO: no code', rules: ko(), ...unknown, performed: false },
  {
    name: 'a redirect',
    rules: [{ kind: 'redirect', status: 307, location: '/redirected' }],
    ...unknown,
    performed: false,
  },
  {
    name: 'a redirect after it was done',
    rules: [{ kind: 'redirect', after: true, location: '/redirected' }],
    ...unknown,
    performed: true,
  },
  {
    ...{ name: 'a redirect that says OK', rules: [{ kind: 'body', status: 302, body: '{"status":"OK"}' }], ...unknown },
    performed: false,
  },
  { name: 'invalid JSON', rules: [{ kind: 'invalid-json', after: true }], ...unknown, performed: true },
  ...[200, 204].map((code) => ({
    ...{ name: `an empty ${code}`, rules: [{ kind: 'empty', status: code, after: true } as const], sendCount: 1 },
    ...{
      performed: true,
      result: ({ needsResponse }: Mutation) => (needsResponse ? unknown.result : ('DONE' as const)),
    },
  })),
  { name: 'null', rules: body('null'), ...unknown, performed: true },
  { name: 'a list', rules: body(`[{"status":"OK","id":"${canary}"}]`), ...unknown, performed: true },
  { name: 'another status', rules: body(`{"status":"${canary}"}`), ...unknown, performed: true },
  {
    ...{ name: 'OK and nothing else', rules: body('{"status":"OK"}'), sendCount: 1, performed: true },
    result: ({ needsResponse: needsAnswer }) => (needsAnswer ? unknown.result : 'DONE'),
  },
  { name: 'a wrong content type', rules: [{ kind: 'content-type' }], ...unknown, performed: true },

  // These faults give no complete response.
  { name: 'a truncated body', rules: [{ kind: 'truncate' }], ...unknown, performed: true },
  { name: 'a hang before', rules: [{ kind: 'hang' }], ...unknown, endsAtDeadline: true, performed: false },
  { name: 'a hang after', rules: [{ kind: 'hang', after: true }], ...unknown, endsAtDeadline: true, performed: true },
  { name: 'a hang in the body', rules: [{ kind: 'hang-body' }], ...unknown, endsAtDeadline: true, performed: true },
  {
    name: 'a body byte by byte',
    rules: [{ kind: 'drip', ms: 100 }],
    ...unknown,
    endsAtDeadline: true,
    performed: true,
  },
  { name: 'a reset before', rules: [{ kind: 'reset' }], ...unknown, performed: false },
  { name: 'a reset after', rules: [{ kind: 'reset', after: true }], ...unknown, performed: true },
  { name: 'a reset in the body', rules: [{ kind: 'reset-body' }], ...unknown, performed: true },
  {
    ...{
      name: 'a refused connection',
      rules: [],
      upstream: 'ends',
      sendCount: 0,
      performed: false,
      affectsAllRows: true,
    },
    result: { code: 'UPSTREAM_UNAVAILABLE' },
  },
];

import { drop, type Planted, rename, retype } from './differences.ts';

const creation = /^POST \/v3\/customers 201/;

/** Differences in the answers of calls 6 to 11 and 18, which a run finds that also writes. */
export const writeDifferences: readonly Planted[] = [
  {
    what: 'policies have another method',
    call: /^PUT \/v1/,
    status: 405,
    finding: ['status', 'calls.ts', 'method'],
  },
  {
    what: 'the new id is renamed',
    call: creation,
    change: rename('id', 'customerId'),
    finding: ['id', 'bodies.ts', 'id'],
  },
  { what: 'a creation has another status', call: creation, status: 202, finding: ['status', 'statuses.ts', 'success'] },
  {
    what: 'locked is a text',
    call: creation,
    change: retype('locked', String),
    finding: ['locked', 'bodies.ts', 'locked'],
  },
  {
    what: 'an update has no time',
    call: /^PUT \/v3/,
    change: drop('generated'),
    finding: ['generated', 'envelope.ts', 'generated'],
  },
  {
    what: 'policies fail in a success',
    call: /^PUT \/v1/,
    change: retype('status', () => 'KO'),
    finding: ['status', 'envelope.ts', 'status'],
  },
  {
    what: 'the customer token is renamed',
    call: /\/token\?/,
    change: rename('token', 'value'),
    finding: ['token', 'envelope.ts', 'token'],
  },
  {
    what: 'the owner of a token is renamed',
    call: /customers\/tokens\/.* 200/,
    change: rename('customerId', 'cid'),
    finding: ['customerId', 'envelope.ts', 'tokenOwner'],
  },
  {
    what: 'a used token has another status',
    call: /customers\/tokens\/.* 410/,
    status: 404,
    finding: ['status', 'statuses.ts', 'gone'],
  },
  {
    what: 'a registration has another envelope',
    call: /^POST .*\/devices 201/,
    change: (body) => ({ result: body }),
    finding: ['status', 'envelope.ts', 'status'],
  },
  {
    what: 'a deletion has another status',
    call: /^DELETE .* 200/,
    status: 204,
    finding: ['status', 'statuses.ts', 'success'],
  },
];

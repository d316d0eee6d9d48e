import { drop, flatten, type Planted, rename, retype } from './differences.ts';

const exists = /exist\?.* 200/;
const login = /^POST \/v1\/sts\/login\/services 200/;
const service = /^GET \/v1\/sts\/services/;
const policies = /^GET .*\/policies 200/;
const settings = /settings 200/;
const organizationEvents = /^GET \/v1\/organizations\/\w+\/events\?.* 200/;

/** Differences in the answers of calls 12 to 17, 19 and 20, and in refusals. */
export const organizationDifferences: readonly Planted[] = [
  {
    what: 'a login revokes the first token',
    call: /^GET \/v2\/customers\/organizations\/\w+ 200/,
    status: 403,
    times: 1,
    finding: ['status', 'calls.ts', 'login'],
  },
  // 12, 13, 19 and tokens
  {
    what: 'the token is renamed',
    call: login,
    change: rename('token', 'access_token'),
    finding: ['token', 'envelope.ts', 'token'],
  },
  {
    what: 'a refused login has another status',
    call: /login\/services 401/,
    status: 400,
    finding: ['status', 'statuses.ts', 'loginRefused'],
  },
  {
    what: 'the service is not nested',
    call: service,
    change: flatten('service'),
    finding: ['service', 'organization.ts', 'service'],
  },
  {
    what: 'organizations are objects',
    call: service,
    change: retype('service.organizations', (value) => (value as string[]).map((cid) => ({ cid }))),
    finding: ['service.organizations', 'organization.ts', 'organizations'],
  },
  {
    what: 'an invalid token has another status',
    call: /organizations\/\w+ 403/,
    status: 400,
    finding: ['status', 'statuses.ts', 'tokenRefused'],
  },
  {
    what: 'errors have another envelope',
    call: / 403/,
    change: ({ message }) => ({ error: { message } }),
    finding: ['status', 'envelope.ts', 'status'],
  },
  {
    what: 'logout has another status',
    call: /sts\/logout 200/,
    status: 202,
    finding: ['status', 'statuses.ts', 'success'],
  },
  // 14 to 17
  {
    what: 'existence is renamed',
    call: exists,
    change: rename('present', 'exists'),
    finding: ['present', 'organization.ts', 'present'],
  },
  {
    what: 'an absent contact has another status',
    call: /exist\?.* 404/,
    status: 400,
    finding: ['status', 'statuses.ts', 'success'],
  },
  {
    what: 'policies are renamed',
    call: policies,
    change: rename('policies', 'items'),
    finding: ['policies', 'organization.ts', 'policies'],
  },
  {
    what: 'policies are objects without a name',
    call: policies,
    change: retype('policies', (value) => (value as string[]).map((title) => ({ id: title, title, required: true }))),
    finding: ['policies.name', 'organization.ts', 'name'],
  },
  {
    what: 'wrong credentials have another status',
    call: /credential\/check 404/,
    status: 422,
    finding: ['status', 'statuses.ts', 'success'],
  },
  {
    what: 'a network is renamed',
    call: settings,
    change: rename('wpa2.ssid', 'networkName'),
    finding: ['wpa2.ssid', 'organization.ts', 'ssid'],
  },
  {
    what: 'roaming is a text',
    call: settings,
    change: retype('passpoint.roaming', String),
    finding: ['passpoint.roaming', 'organization.ts', 'roaming'],
  },
  // 20: the events of the organization
  {
    what: 'the scroll id of events is renamed',
    call: organizationEvents,
    change: rename('scrollId', 'cursor'),
    finding: ['scrollId', 'envelope.ts', 'scrollId'],
  },
  {
    what: 'the number of events is absent',
    call: organizationEvents,
    change: drop('count'),
    finding: ['count', 'envelope.ts', 'count'],
  },
  {
    what: 'campaigns of messages are renamed',
    call: organizationEvents,
    change: rename('events.email.campaignName', 'name'),
    finding: ['events.email.campaignName', 'rows.ts', 'campaignName'],
  },
];

/** The fields around every body [doc], and those of an error. */
export const envelopeField = {
  status: 'status',
  generated: 'generated',
  message: 'message', // [assumed]
  code: 'code', // [assumed]
} as const;

/** Values of the status [doc]. */
export const envelope = { ok: 'OK', ko: 'KO' } as const;

/** Statuses that a KO inside a 200 may stand for, by its `code` [assumed]; any other code is a bad response. */
export const koStatus: ReadonlyMap<string, number> = new Map([
  ['FORBIDDEN', 403],
  ['INVALID_PARAMETERS', 409],
  ['GONE', 410],
  ['TOO_MANY_REQUESTS', 429],
]);

/** The fields of a response in addition to those of the envelope: the rows of each read, their number, and the scroll id of the next page. */
export const payload = {
  contacts: 'customers', // [assumed]
  contact: 'customer', // [assumed]
  events: 'events', // [doc]
  devices: 'devices', // [assumed]
  accountings: 'accountings', // [assumed]
  count: 'count', // [doc] for events, [assumed] for the others
  total: 'total', // [assumed]
  sid: 'sid', // [assumed]
  token: 'token', // [assumed]
  tokenOwner: 'customerId', // [assumed]
  scrollId: 'scrollId', // [doc]
} as const;

/** Fields of the login (endpoint 12) [doc]. */
export const loginField = { clientKey: 'clientKey', clientSecret: 'clientSecret', token: 'token' } as const;

/** Claims of the upstream's JWT, in addition to the registered ones [assumed]. */
export const claim = { organization: 'organizationId', scopes: 'scopes' } as const;

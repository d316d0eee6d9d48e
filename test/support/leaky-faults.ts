import type { FaultRule } from '../../emulator/faults.ts';

/** Faults of a write whose responses quote a secret, because an upstream may quote what it received or was about to answer. */
export const faultsQuoting = (secret: string): FaultRule[] => [
  { kind: 'status', status: 409, message: secret, code: secret },
  { kind: 'status', status: 500, message: secret },
  { kind: 'ko', code: 'INVALID_PARAMETERS', message: secret },
  { kind: 'ko', code: secret },
  { kind: 'body', status: 409, body: secret },
  { kind: 'body', after: true, body: `{"status":"OK","id":"${secret}","token":"${secret}",,` },
  { kind: 'body', after: true, body: `${secret}\n    at ${secret} (${secret}:1:1)` },
  {
    kind: 'body',
    after: true,
    body: `{"status":"OK","id":["${secret}"],"token":{"a":"${secret}"},"customerId":"../${secret}"}`,
  },
  { kind: 'body', after: true, body: `{"status":"${secret}","${secret}":1}` },
  { kind: 'body', after: true, body: secret, contentType: `text/${secret}` },
  { kind: 'redirect', location: `http://other.example/${secret}`, after: true },
  { kind: 'status', status: 429, retryAfter: secret },
  { kind: 'reset-body' },
  { kind: 'hang', after: true },
];

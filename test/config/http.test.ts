import { describe, expect, test } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { problemsOf } from '../support/config.ts';

describe('CORS_ORIGINS', () => {
  test('no origin is allowed by default', () => {
    expect(readConfig({}).http.corsOrigins).toEqual([]);
  });

  test('a list of exact origins is accepted, with spaces around them', () => {
    const CORS_ORIGINS = 'https://app.example, http://localhost:3000 ,https://[::1]:8443,capacitor://localhost';
    expect(readConfig({ CORS_ORIGINS }).http.corsOrigins).toEqual([
      'https://app.example',
      'http://localhost:3000',
      'https://[::1]:8443',
      'capacitor://localhost',
    ]);
  });

  test.each([
    ['*', 'CORS_ORIGINS lists the origins themselves: * would let every web page call the graph.'],
    ['https://app.example,*', 'CORS_ORIGINS lists the origins themselves: * would let every web page call the graph.'],
    [
      'null',
      'CORS_ORIGINS lists the origins themselves: null is the origin of files and of sandboxed frames of any web page.',
    ],
  ])('the value %s is refused, and the problem says why', (CORS_ORIGINS, problem) => {
    expect(problemsOf({ CORS_ORIGINS })).toEqual([problem]);
  });

  test.each([
    'app.example',
    'https://app.example/',
    'https://app.example/path',
    'https://app.example?x',
    'https://APP.example',
    'https://app.example:443',
    'http://app.example:80',
    'http://app.example:99999',
    'https://*.app.example',
    'https://user@app.example',
    'https://müller.example',
    'https://127.1',
    'https://',
    'https://a.example,,https://b.example',
    'https://a.example https://b.example',
  ])('the value %s, which no browser sends as an origin, is refused with the form of an origin', (CORS_ORIGINS) => {
    expect(problemsOf({ CORS_ORIGINS })).toEqual([
      expect.stringMatching(/^CORS_ORIGINS is a list of origins as browsers/),
    ]);
  });
});

describe('BASE_PATH', () => {
  test.each(['/api', '/api/contacts', '/~a/b.c/d-e_f'])('the path %s is accepted', (BASE_PATH) => {
    expect(readConfig({ BASE_PATH }).http.basePath).toBe(BASE_PATH);
  });

  test.each([
    '/',
    'api',
    '/api/',
    '//api',
    '/api//x',
    '/..',
    '/a/../b',
    '/a/.b',
    '/a b',
    '/a?b',
    '/a#b',
    '/%61',
    '/ä',
    'https://a.example/b',
  ])('the path %s is refused with the form of a path', (BASE_PATH) => {
    expect(problemsOf({ BASE_PATH })).toEqual([expect.stringMatching(/^BASE_PATH is a path like \/api\/contacts/)]);
  });
});

describe('TRUSTED_PROXIES', () => {
  test('addresses, ranges and names become ranges', () => {
    const TRUSTED_PROXIES = 'loopback, private,192.0.2.1,198.51.100.0/24,2001:db8::1,2001:db8::/32';
    expect(readConfig({ TRUSTED_PROXIES }).http.trustedProxies).toEqual([
      ...['127.0.0.0/8', '::1/128', '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'],
      ...['192.0.2.1/32', '198.51.100.0/24', '2001:db8::1/128', '2001:db8::/32'],
    ]);
    expect(readConfig({}).http.trustedProxies).toEqual([]);
  });

  test.each([
    ...[
      '*',
      'all',
      'proxy.example',
      '10.0.0',
      '10.0.0.0/33',
      '10.0.0.0/-1',
      '10.0.0.0/8/8',
      '10.0.0.0/255.0.0.0',
      '010.0.0.1',
    ],
    ...[
      '0.0.0.0/0',
      '::/0',
      '2001:db8::/129',
      'fe80::1%eth0',
      '10.0.0.1:80',
      'loopback,',
      'constructor',
      'Loopback',
      '10.0.0.1 10.0.0.2',
    ],
  ])('the entry %s is refused, and the problem says what is allowed', (TRUSTED_PROXIES) => {
    expect(problemsOf({ TRUSTED_PROXIES })).toEqual([expect.stringMatching(/^TRUSTED_PROXIES is a list of loopback/)]);
  });
});

describe('MAX_BATCH', () => {
  test('batches are off by default, and 2 to 50 operations may be allowed', () => {
    expect(readConfig({}).http.maxBatch).toBe(0);
    for (const MAX_BATCH of ['0', '2', '50']) expect(readConfig({ MAX_BATCH }).http.maxBatch).toBe(Number(MAX_BATCH));
  });

  test.each(['1', '51', '-1', '1e1', 'true'])(
    'the value %s is refused, and the problem says what is allowed',
    (MAX_BATCH) => {
      expect(problemsOf({ MAX_BATCH })).toEqual([
        expect.stringMatching(/^MAX_BATCH is 0, or a whole number from 2 to 50/),
      ]);
    },
  );
});

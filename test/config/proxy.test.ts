import { describe, expect, test } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { findUnusedExclusions } from '../../src/config/proxy.ts';
import { problemsOf } from '../support/config.ts';

const names = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy'];

describe.each(names)('%s', (name) => {
  test.each([
    'http://proxy.example.com:3128',
    'http://proxy.example.com:3128/',
    'https://proxy.example.com',
    'HTTP://PROXY',
    'http://10.0.0.1:8080',
    'http://[::1]:8080',
    'http://name:p%40ss@proxy:3128',
    'http://name@proxy:3128',
  ])('the address of a proxy is accepted as %s', (value) => {
    expect(problemsOf({ [name]: value })).toEqual([]);
  });

  test.each([
    'proxy.example.com',
    'proxy.example.com:3128',
    '//proxy:3128',
    'http:proxy:3128',
    'http:///',
    'socks5://proxy:1080',
    'ftp://proxy',
    'http://proxy:70000',
    'http://proxy:3128/path',
    'http://proxy:3128?query',
    'http://proxy:3128#fragment',
    'http://name:canary#word@proxy:3128',
    'http://name:12#canary@proxy:3128',
    'http://name:12/canary@proxy:3128',
    'http://name:12?canary@proxy:3128',
    'http://name:can%ary@proxy:3128',
    'http://:canary@proxy:3128',
    'http://name:canary\\word@proxy:3128',
    'http://proxy one:3128',
    'true',
  ])('the address of a proxy is refused in words as %s, and the value is not quoted', (value) => {
    const [problem = '', ...others] = problemsOf({ [name]: value });
    expect(problem).toMatch(new RegExp(`^${name} is the http or https address of a proxy .*percent-encoded\\.$`));
    expect([others, problem.includes('canary')]).toEqual([[], false]);
  });
});

test('the password of a proxy does not appear in the configuration as text', () => {
  const config = readConfig({ HTTPS_PROXY: 'http://name:canary@proxy:3128' });
  expect(config.proxy?.httpsProxy?.reveal()).toBe('http://name:canary@proxy:3128');
  expect(JSON.stringify(config) + String(config.proxy?.httpsProxy)).not.toContain('canary');
});

test('without an address of a proxy there is none, whatever NO_PROXY is', () => {
  expect(readConfig({}).proxy).toBeUndefined();
  expect(readConfig({ NO_PROXY: '*', HTTPS_PROXY: '', http_proxy: ' ' }).proxy).toBeUndefined();
});

test('a name in lower case comes before the same in upper case, unless it is empty', () => {
  const upper = { HTTPS_PROXY: 'http://upper', NO_PROXY: 'upper' };
  const reveal = (env: Record<string, string>) => {
    const { proxy } = readConfig(env);
    return [proxy?.httpsProxy?.reveal(), proxy?.noProxy];
  };
  expect(reveal({ ...upper, https_proxy: 'http://lower', no_proxy: 'lower' })).toEqual(['http://lower', 'lower']);
  expect(reveal({ ...upper, https_proxy: ' ', no_proxy: '' })).toEqual(['http://upper', 'upper']);
});

test.each([
  ['', false],
  ['*', false],
  ['*:8080', false],
  ['localhost,127.0.0.1 ::1,[::1]:443', false],
  ['.svc,*.cluster.local,example.com:443,example.com.', false],
  ['localhost,10.0.0.0/8', true],
  ['https://example.com', true],
  ['example.com/path', true],
  ['api.*.example.com', true],
  ['*example.com', true],
  ['10.*', true],
])('NO_PROXY as %j has entries that match no host: %s', (noProxy, isUnused) => {
  const { proxy } = readConfig({ HTTPS_PROXY: 'http://proxy', NO_PROXY: noProxy });
  expect(findUnusedExclusions(proxy) !== undefined).toBe(isUnused);
  expect(findUnusedExclusions(readConfig({ NO_PROXY: noProxy }).proxy)).toBeUndefined();
});

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

/** Texts that are no bundle of an app: most of them would lead to another path of the upstream. */
export const hostileBundles = [
  ...[
    '',
    '.',
    '..',
    '../x',
    'a/../b',
    'a/b',
    '%2e%2e',
    '%2f',
    'a..b',
    '.a',
    'a.',
    '\\',
    'a?b=c',
    'a#b',
    'a b',
    'a\r\nx: y',
  ],
  ...['\u0000', 'ａ', 'com.é', 'a'.repeat(156), '__proto__/x', 'a;b', 'a:b', '//host', 'a\n'],
];

/** Texts that are no operating system of an app. */
export const hostileSystems = [
  '',
  '.',
  '..',
  'ios_',
  'ios/..',
  'i os',
  'ios4',
  'ïos',
  'a'.repeat(17),
  '%2e',
  'ios\n',
  '-',
];

const plain = JSON.stringify({ query: '{ __typename }' });

/** [description, bytes] of texts that are not JSON in UTF-8. */
export const notUtf8Json: [string, Buffer][] = [
  ['text in Latin-1', Buffer.from('{"query":"{ __typename } #é"}', 'latin1')],
  ['a byte that is never in UTF-8', Buffer.from([...Buffer.from('{"query":"'), 0xff, ...Buffer.from('"}')])],
  ['a sequence that is cut off', Buffer.from([...Buffer.from('{"query":"'), 0xe2, 0x82, ...Buffer.from('"}')])],
  ['an overlong sequence', Buffer.from([...Buffer.from('{"query":"'), 0xc0, 0xaf, ...Buffer.from('"}')])],
  ['a surrogate in UTF-8', Buffer.from([...Buffer.from('{"query":"'), 0xed, 0xa0, 0x80, ...Buffer.from('"}')])],
  [
    'a code point beyond U+10FFFF',
    Buffer.from([...Buffer.from('{"query":"'), 0xf4, 0x90, 0x80, 0x80, ...Buffer.from('"}')]),
  ],
  ['text in UTF-16', Buffer.from(plain, 'utf16le')],
  ['text in UTF-16 with a byte order mark', Buffer.from(`\ufeff${plain}`, 'utf16le')],
  ['text in UTF-16 in big-endian order', Buffer.from(`\ufeff${plain}`, 'utf16le').swap16()],
  ['two byte order marks', Buffer.from(`\ufeff\ufeff${plain}`)],
  ['a byte order mark at the end', Buffer.from(`${plain}\ufeff`)],
  ['nothing but a byte order mark', Buffer.from('\ufeff')],
  ['a NUL in a text', Buffer.from('{"query":"\u0000"}')],
  ['a NUL after the JSON', Buffer.from(`${plain}\u0000`)],
];

/** JSON whose meaning depends on its parser: it has two members of one name, or a surrogate without its pair. */
export const ambiguousJson = [
  '{"query":"{ __typename }","query":"{ viewer { scopes } }"}',
  '{"query":"{ __typename }","\\u0071uery":"{ viewer { scopes } }"}',
  '{"query":"{ __typename }","variables":{"a":1,"b":2,"a":1}}',
  '{"query":"{ __typename }","variables":{"a":[{"b":{},"b":{}}]}}',
  '{"query":"{ __typename }","variables":{"__proto__":1,"__proto__":2}}',
  '{"query":"{ __typename }","variables":{"":1 , "" :2}}',
  '{"query":"{ __typename }","variables":{"a":"\\ud800"}}',
  '{"query":"{ __typename }","variables":{"a":"\\uDC00\\uD800"}}',
  '{"query":"{ __typename }","variables":{"\\udfff":1}}',
  '{"query":"{ __typename }","variables":{"a":["b","\\ud83d"]}}',
];

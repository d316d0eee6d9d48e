/** Elements that are no row, with the path below the name of the list and the kind of value that are reported. */
export const unreadableElements: readonly (readonly [element: unknown, path: string, kind: string])[] = [
  [null, '', 'null'],
  [0, '', 'number'],
  [2 ** 60, '', 'number'],
  [false, '', 'boolean'],
  ['', '', 'string'],
  ['secret-value', '', 'string'],
  [[], '', 'array'],
  [[{ cid: 'secret-value' }], '', 'array'],
];

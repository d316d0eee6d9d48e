import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { Secret } from '../../src/crypto/secret.ts';
import { createLog } from '../../src/log.ts';

const secret = new Secret('canary');

test('a secret returns its text from reveal', () => {
  expect(secret.reveal()).toBe('canary');
});

test.each<[string, () => string]>([
  ['interpolated', () => `${secret}`],
  ['concatenated with a text', () => `secret ${secret.toString()}`],
  ['serialized', () => JSON.stringify({ secret, list: [secret] })],
  ['inspected with its hidden properties', () => inspect({ secret }, { showHidden: true, depth: null })],
  ['copied', () => JSON.stringify({ ...secret }) + inspect(Object.getOwnPropertyDescriptors(secret))],
  ['in the message and the cause of an error', () => inspect(new Error(`no ${secret}`, { cause: secret }))],
  [
    'logged',
    () => {
      const lines: string[] = [];
      createLog('trace', { write: (text) => void lines.push(text) }).fatal({
        secret,
        error: new Error('no', { cause: secret }),
      });
      return lines.join('');
    },
  ],
])('a secret does not reveal its text when it is %s', (_, tell) => {
  expect(tell()).not.toContain('canary');
});

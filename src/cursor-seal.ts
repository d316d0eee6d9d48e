import { CursorInvalid } from './errors.ts';
import type { Seal } from './seal.ts';

/** Makes cursors that say nothing to anybody, and are good for one list only. */
export type CursorSeal = {
  seal(position: unknown, boundTo: string): string;
  /** @throws {CursorInvalid} for what was not sealed here, was bound to something else, or is of another version */
  open(cursor: string, boundTo: string): unknown;
};

/** Of the sealed position; another one is another kind of cursor. */
const version = 1;

export function createCursorSeal({ seal, open }: Seal): CursorSeal {
  return {
    seal(position, boundTo) {
      const sealed = seal(Buffer.from(JSON.stringify(position)), bindingOf(boundTo));
      return Buffer.concat([Buffer.of(version), sealed]).toString('base64url');
    },
    open(cursor, boundTo) {
      const bytes = Buffer.from(cursor, 'base64url');
      // Spelled in one way only: a cursor is a name, too.
      const known = bytes[0] === version && bytes.toString('base64url') === cursor;
      const opened = known ? open(bytes.subarray(1), bindingOf(boundTo)) : undefined;
      if (opened !== undefined) return JSON.parse(opened.toString('utf8'));
      throw new CursorInvalid('This cursor does not belong to this query. Use one that this query returned.');
    },
  };
}

function bindingOf(boundTo: string): string {
  return `cursor:${version}:${boundTo}`;
}

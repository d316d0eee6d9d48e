import type { Context } from '../context.ts';
import { CursorInvalid } from '../errors.ts';

/** A position after a row: its sort key, and the number of rows before it with the same key. */
export type CursorPosition = readonly [time: string, tie: string, ordinal: number];

/** The lists of a contact that are made of one answer of the upstream. */
type ChildList = 'accountings' | 'devices' | 'events';

/** What a cursor contains: its contact and its position. */
type Content = { readonly cid: string; readonly position: CursorPosition };

/** The cursors that an operation has decrypted, by list and text: a list of contacts has the same cursor for each row. */
const decrypted = new WeakMap<object, Map<string, Content | undefined>>();

/** The cursors of one list of one contact, which are encrypted and valid for no other list and no other contact. */
export class ChildCursors {
  readonly #context: Pick<Context, 'caller' | 'cursorCipher'>;
  readonly #list: ChildList;
  readonly #cid: string;

  constructor(context: Pick<Context, 'caller' | 'cursorCipher'>, list: ChildList, cid: string) {
    this.#context = context;
    this.#list = list;
    this.#cid = cid;
  }

  encrypt(position: CursorPosition): string {
    return this.#context.cursorCipher.encrypt({ cid: this.#cid, position } satisfies Content, this.#boundTo);
  }

  /** Returns the position of a cursor; undefined for a text that is none of this list and this contact. */
  find(cursor: string): CursorPosition | undefined {
    const content = this.#decryptOnce(cursor);
    return content?.cid === this.#cid ? content.position : undefined;
  }

  /** @throws {CursorInvalid} for a text that is no cursor of this list and this contact */
  decrypt(cursor: string): CursorPosition {
    const position = this.find(cursor);
    if (position === undefined) throw new CursorInvalid('This cursor is not one that this connection returned.');
    return position;
  }

  get #boundTo(): string {
    return JSON.stringify([this.#context.caller.organizationId, this.#list]);
  }

  #decryptOnce(cursor: string): Content | undefined {
    const known = decrypted.get(this.#context) ?? new Map<string, Content | undefined>();
    decrypted.set(this.#context, known);
    const key = `${this.#boundTo} ${cursor}`;
    if (!known.has(key)) known.set(key, this.#decrypt(cursor));
    return known.get(key);
  }

  #decrypt(cursor: string): Content | undefined {
    try {
      return this.#context.cursorCipher.decrypt(cursor, this.#boundTo) as Content; // as `encrypt` wrote it
    } catch {
      return undefined;
    }
  }
}

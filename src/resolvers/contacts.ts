import { createHash } from 'node:crypto';
import type { Context } from '../context.ts';
import { BadUserInput, Conflict, CursorExpired, Gone, NotFound } from '../errors.ts';
import type { Contact, ContactQuery } from '../model.ts';
import type { Connection } from './connection.ts';
import { type ContactFilter, type ContactOrder, parseContactQuery } from './contact-filter.ts';
import { parsePageSize } from './page-size.ts';

export type ContactsArgs = {
  first?: number | null | undefined;
  after?: string | null | undefined;
  filter?: ContactFilter | null | undefined;
  orderBy?: ContactOrder | null | undefined;
};

/** Where the next page is: behind `rank` rows of a scroll that reads `size` at a time. Only a page's last row has a `sid`. */
type Position = { sid: string | undefined; size: number; rank: number };

/**
 * The organization's contacts, one upstream call per page: the scroll's fast path, forward from page to page.
 *
 * @throws {CursorExpired} for a cursor that the live scroll cannot continue from
 */
export async function contacts(_root: object, args: ContactsArgs, context: Context): Promise<Connection<Contact>> {
  const size = parsePageSize(args.first);
  const query = parseContactQuery(args.filter, args.orderBy);
  const boundTo = fingerprint(context.caller.organizationId, query);
  const after = args.after == null ? undefined : (context.cursors.open(args.after, boundTo) as Position); // sealed here
  const page =
    after === undefined ? await context.scrolls.open(query, size) : await resume(after, query, size, context);

  const start = after?.rank ?? 0;
  const end = start + page.contacts.length;
  const last = page.contacts.length - 1;
  const cursorAt = (index: number) => {
    const position: Position = { sid: index === last ? page.sid : undefined, size, rank: start + index + 1 };
    return context.cursors.seal(position, boundTo);
  };
  return {
    totalCount: page.total,
    edges: page.contacts.map((node, index) => ({
      node,
      // Sealed when asked for: a page of a thousand rows rarely shows its cursors.
      get cursor() {
        return cursorAt(index);
      },
    })),
    pageInfo: {
      // A short page is not the end of a scroll: that is an empty page, a missing sid, or the total where it is told.
      hasNextPage: last >= 0 && page.sid !== undefined && (page.total === undefined || end < page.total),
      hasPreviousPage: start > 0,
      startCursor: last >= 0 ? cursorAt(0) : null,
      endCursor: last >= 0 ? cursorAt(last) : null,
    },
  };
}

async function resume(after: Position, query: ContactQuery, size: number, { scrolls }: Context) {
  if (after.sid === undefined) {
    throw new CursorExpired('Contacts can be continued from pageInfo.endCursor only. Start again without "after".');
  }
  if (after.size !== size) {
    throw new BadUserInput(`"first" was ${after.size} on the page before and may not change while paging.`);
  }
  return scrolls.continue(query, size, after.sid).catch(expired);
}

/** A sid dies minutes after its last use and cannot be read twice; the upstream answers 404, 409 or 410 then. */
function expired(error: unknown): never {
  if (!(error instanceof NotFound || error instanceof Conflict || error instanceof Gone)) throw error;
  throw new CursorExpired('This page can no longer be read. Start again without "after".', { cause: error });
}

function fingerprint(organizationId: string, query: ContactQuery): string {
  return createHash('sha256')
    .update(JSON.stringify([organizationId, query]))
    .digest('base64url');
}

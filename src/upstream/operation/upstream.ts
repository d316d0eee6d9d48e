import type { CachedReads, Resource } from '../cache/cached-read.ts';
import type { CallDeadline } from '../cache/coalescer.ts';
import type { ResponseBody } from '../client/body.ts';
import { readEnvelope } from '../client/envelope.ts';
import { type AuthorizedCallOptions, createAuthorizedCall } from '../credential/authorized-call.ts';
import type { DecodeReporter } from '../decode/fields.ts';
import { parseJson } from '../decode/json.ts';
import { createResponseReader, type ResponseReader } from '../decode/response.ts';
import { type WriteCall, writeOnce } from '../resilience/write-once.ts';
import { path } from '../wire/index.ts';
import type { UpstreamUsage } from './usage.ts';

/** The upstream as one operation sees it: bound to its caller, its deadline and its client's disconnect. */
export type Upstream = {
  readonly organizationId: string;
  /** Reads what belongs to one contact: together with whoever asks the same for the same caller, and kept for a while. */
  read<T>(resource: ContactResource, cid: string, toModel: (answer: ResponseReader) => T): Promise<T>;
  /** Reads a list that nobody reads on: together with whoever asks the same for the same caller. */
  search<T>(page: ListPage, read: (answer: ResponseReader, body: ResponseBody) => T): Promise<T>;
  /** Reads a page of a list, for this operation alone: what `read` makes of the answer, and of the body that it came in. */
  list<T>(page: ListPage, read: (answer: ResponseReader, body: ResponseBody) => T): Promise<T>;
  /**
   * Changes something: what `read` makes of the answer. Never sent again when a byte of it may have arrived.
   *
   * @throws {OutcomeUnknown} when nobody can tell whether it was done
   */
  write<T>(write: WriteCall, read: (answer: ResponseReader) => T): Promise<T>;
  /** From now on a contact is not what was read of it, in no replica. */
  invalidate(cid: string): Promise<void>;
  /** Counts what could not be decoded, when it is asked for. */
  readonly reporter: DecodeReporter;
};

type ContactResource = Exclude<Resource, 'search'>;

export type ListPage = {
  query: URLSearchParams;
  rows: number;
  /** `scroll` for a page after the first. */
  kind: 'read' | 'scroll';
};

export type UpstreamOptions = AuthorizedCallOptions & {
  cachedReads: CachedReads;
  organizationId: string;
  /** Begins the key of whatever is shared or kept: see `callerKey`. */
  callerKey: string;
  /** Whether the client wants nothing that was kept. */
  mustBeFresh: boolean;
  /** Until when the operation waits. */
  deadline: CallDeadline;
  usage: UpstreamUsage;
};

export function createUpstream(options: UpstreamOptions): Upstream {
  const { cachedReads, organizationId, callerKey, mustBeFresh, deadline, usage } = options;
  const ask = createAuthorizedCall(options);
  const tagOf = (cid: string) => `${organizationId} ${cid}`;
  const reporter: DecodeReporter = {
    onUndecodable: (field) => usage.undecodable.set(field, (usage.undecodable.get(field) ?? 0) + 1),
  };
  return {
    organizationId,
    reporter,
    read: (resource, cid, toModel) =>
      usage.step(resource, (count) => {
        const target = path[resource](cid);
        return cachedReads.read({
          resource,
          deadline,
          mustBeFresh,
          key: `${callerKey} ${target}`,
          tag: tagOf(cid),
          fetch: (shared) => ask({ kind: 'read', method: 'GET', path: target }, shared, count),
          decode: (bytes, json = parseJson(bytes)) => toModel(createResponseReader(readEnvelope(json), reporter)),
        });
      }),
    search: (page, read) =>
      usage.step('search', (count) => {
        const target = path.contacts(organizationId);
        return cachedReads.read({
          resource: 'search',
          deadline,
          mustBeFresh,
          key: `${callerKey} ${target}?${page.query}`,
          tag: organizationId,
          fetch: (shared) => ask({ method: 'GET', path: target, ...page }, shared, count),
          decode(bytes, given) {
            // The page holds its body, and bytes that were kept may be others soon.
            const [own, json] = given === undefined ? [Buffer.from(bytes), parseJson(bytes)] : [bytes, given];
            return read(createResponseReader(readEnvelope(json), reporter), { bytes: own, json });
          },
        });
      }),
    list: (page, read) =>
      usage.step('contacts', async (count) => {
        const body = await ask({ method: 'GET', path: path.contacts(organizationId), ...page }, deadline, count);
        return { value: read(createResponseReader(readEnvelope(body.json), reporter), body), origin: 'upstream' };
      }),
    write: (write, read) =>
      usage.step(write.resource, async (count) => {
        const { method, path, query, body, quota } = write;
        const value = await writeOnce(
          write,
          () => ask({ kind: 'write', method, path, query, body, quota }, deadline, count),
          (json) => read(createResponseReader(readEnvelope(json), reporter)),
        );
        return { value, origin: 'upstream' };
      }),
    async invalidate(cid) {
      await Promise.all([cachedReads.invalidate(tagOf(cid)), cachedReads.invalidate(organizationId)]);
    },
  };
}

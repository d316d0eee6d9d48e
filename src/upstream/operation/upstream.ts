import type { CachedReads, Resource } from '../cache/cached-read.ts';
import type { CallDeadline } from '../cache/coalescer.ts';
import type { SettingsResource } from '../cache/policy.ts';
import type { ResponseBody } from '../client/body.ts';
import { readEnvelope } from '../client/envelope.ts';
import { type AuthorizedCallOptions, createAuthorizedCall } from '../credential/authorized-call.ts';
import type { DecodeReporter } from '../decode/fields.ts';
import { parseJson } from '../decode/json.ts';
import { createResponseReader, type ResponseReader } from '../decode/response.ts';
import { type WriteCall, writeOnce } from '../resilience/write-once.ts';
import { path } from '../wire/index.ts';
import { reporterOf, type UpstreamUsage } from './usage.ts';

/** The upstream for one operation: bound to its caller, its deadline and the disconnect of its client. */
export type Upstream = {
  readonly organizationId: string;
  /** Reads a resource of one contact. The read is cached, and shared with identical pending reads of the same caller. */
  read<T>(
    resource: ContactResource,
    cid: string,
    toModel: (answer: ResponseReader) => T,
    query?: URLSearchParams,
  ): Promise<T>;
  /** Reads what the organization has configured, at a path of the wire contract. It is cached and shared in the same way. */
  readSettings<T>(resource: SettingsResource, path: string, toModel: (answer: ResponseReader) => T): Promise<T>;
  /** Reads a list that is not continued. It is cached and shared in the same way. */
  search<T>(page: ListPage, read: (answer: ResponseReader, body: ResponseBody) => T): Promise<T>;
  /** Reads whether a contact exists. The read is shared like a search. */
  exists<T>(query: URLSearchParams, read: (answer: ResponseReader) => T): Promise<T>;
  /** Makes a call that changes nothing and has a secret in its body: the call is neither cached nor shared. */
  check<T>(call: CheckCall, read: (answer: ResponseReader) => T): Promise<T>;
  /** Reads a page of a scroll, for this operation alone. Returns what `read` makes of the response. */
  list<T>(page: ListPage, read: (answer: ResponseReader, body: ResponseBody) => T): Promise<T>;
  /** Reads a page of a scroll over the events of a contact, or of the organization if the contact is undefined. */
  listEvents<T>(
    page: ListPage,
    cid: string | undefined,
    read: (answer: ResponseReader, body: ResponseBody) => T,
  ): Promise<T>;
  /**
   * Writes, and returns what `read` makes of the response. A write is not repeated if any of it may have been sent.
   *
   * @throws {OutcomeUnknown} if it is not known whether the write was done
   */
  write<T>(write: WriteCall, read: (answer: ResponseReader) => T): Promise<T>;
  /** Invalidates everything that any replica has cached about a contact. */
  invalidate(cid: string): Promise<void>;
  /** Counts the fields that could not be decoded, when they are read. */
  readonly reporter: DecodeReporter;
};

type ContactResource = Exclude<Resource, 'search' | 'existence' | SettingsResource>;

/** The request of a page of a list. */
export type ListPage = {
  query: URLSearchParams;
  /** The page size. */
  rows: number;
  /** `scroll` for a page after the first. */
  kind: 'read' | 'scroll';
};

/** A call whose body is secret. A 429 is about what it checks, so it is not repeated then, and no other call waits. */
export type CheckCall = {
  /** Its name in the explanation of an operation, and that of its separate rate limit. */
  resource: string;
  path: string;
  body: object;
};

/** The caller and the limits of one operation. */
export type UpstreamOptions = AuthorizedCallOptions & {
  cachedReads: CachedReads;
  organizationId: string;
  /** The identity of the caller, with which all keys of shared and cached reads begin. */
  callerKey: string;
  /** Whether cached responses are not used. */
  mustBeFresh: boolean;
  /** How long the operation waits. */
  deadline: CallDeadline;
  usage: UpstreamUsage;
};

/** Creates the upstream for one operation. */
export function createUpstream(options: UpstreamOptions): Upstream {
  const { cachedReads, organizationId, callerKey, mustBeFresh, deadline, usage } = options;
  const call = createAuthorizedCall(options);
  const tagOf = (cid: string) => `${organizationId} ${cid}`;
  const reporter = reporterOf(usage);
  function readCached<T>(
    resource: Resource,
    target: string,
    tag: string,
    toModel: (answer: ResponseReader) => T,
    query?: URLSearchParams,
  ): Promise<T> {
    return usage.step(resource, (recorder) =>
      cachedReads.read({
        resource,
        deadline,
        mustBeFresh,
        key: `${callerKey} ${target}${query === undefined ? '' : `?${query}`}`,
        tag,
        fetch: (shared) => call({ kind: 'read', method: 'GET', path: target, query }, shared, recorder),
        decode: (bytes, json = parseJson(bytes)) => toModel(createResponseReader(readEnvelope(json), reporter)),
      }),
    );
  }
  function list<T>(
    resource: string,
    target: string,
    page: ListPage,
    read: (answer: ResponseReader, body: ResponseBody) => T,
  ): Promise<T> {
    return usage.step(resource, async (recorder) => {
      const body = await call({ method: 'GET', path: target, ...page }, deadline, recorder);
      return { value: read(createResponseReader(readEnvelope(body.json), reporter), body), origin: 'upstream' };
    });
  }
  return {
    organizationId,
    reporter,
    read: (resource, cid, toModel, query) => readCached(resource, path[resource](cid), tagOf(cid), toModel, query),
    // No id contains a slash, so this tag is neither that of the organization's searches nor that of a contact.
    readSettings: (resource, target, toModel) => readCached(resource, target, `${organizationId}/settings`, toModel),
    search: (page, read) =>
      usage.step('search', (recorder) => {
        const target = path.contacts(organizationId);
        return cachedReads.read({
          resource: 'search',
          deadline,
          mustBeFresh,
          key: `${callerKey} ${target}?${page.query}`,
          tag: organizationId,
          fetch: (shared) => call({ method: 'GET', path: target, ...page }, shared, recorder),
          decode(bytes, parsed) {
            // The page keeps its body, and the bytes of a cached response are in a buffer that will be overwritten.
            const body =
              parsed === undefined ? { bytes: Buffer.from(bytes), json: parseJson(bytes) } : { bytes, json: parsed };
            return read(createResponseReader(readEnvelope(body.json), reporter), body);
          },
        });
      }),
    exists: (query, read) => readCached('existence', path.contactExists(organizationId), organizationId, read, query),
    check: ({ resource, path, body }, read) =>
      usage.step(resource, async (recorder) => {
        const post = { kind: 'read', method: 'POST', path, body, quota: resource, usesGate: false } as const;
        const { json } = await call(post, deadline, recorder);
        return { value: read(createResponseReader(readEnvelope(json), reporter)), origin: 'upstream' };
      }),
    list: (page, read) => list('contacts', path.contacts(organizationId), page, read),
    listEvents: (page, cid, read) =>
      cid === undefined
        ? list('organizationEvents', path.organizationEvents(organizationId), page, read)
        : list('events', path.events(cid), page, read),
    write: (write, read) =>
      usage.step(write.resource, async (recorder) => {
        const { method, path, query, body, quota } = write;
        const value = await writeOnce(
          write,
          () => call({ kind: 'write', method, path, query, body, quota }, deadline, recorder),
          (json) => read(createResponseReader(json === undefined ? {} : readEnvelope(json), reporter)),
        );
        return { value, origin: 'upstream' };
      }),
    async invalidate(cid) {
      await Promise.all([cachedReads.invalidate(tagOf(cid)), cachedReads.invalidate(organizationId)]);
    },
  };
}

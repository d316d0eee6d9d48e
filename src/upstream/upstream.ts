import { type Answer, createAnswer } from './answer.ts';
import { type AskOptions, createAsk } from './ask.ts';
import type { Body } from './body.ts';
import { envelopeOf } from './envelope.ts';
import type { Reporter } from './fields.ts';
import { parseJson } from './json.ts';
import type { Waiter } from './resilience/coalescer.ts';
import type { Reads, Resource } from './resilience/reads.ts';
import type { UpstreamUsage } from './usage.ts';
import { path } from './wire.ts';
import { type Write, writeOnce } from './write.ts';

/** The upstream as one operation sees it: bound to its caller, its deadline and its client's disconnect. */
export type Upstream = {
  readonly organizationId: string;
  /** Reads what belongs to one contact: together with whoever asks the same for the same caller, and kept for a while. */
  read<T>(resource: ContactResource, cid: string, toModel: (answer: Answer) => T): Promise<T>;
  /** Reads a list that nobody reads on: together with whoever asks the same for the same caller. */
  search<T>(page: ListPage, read: (answer: Answer, body: Body) => T): Promise<T>;
  /** Reads a page of a list, for this operation alone: what `read` makes of the answer, and of the body that it came in. */
  list<T>(page: ListPage, read: (answer: Answer, body: Body) => T): Promise<T>;
  /**
   * Changes something: what `read` makes of the answer. Never sent again when a byte of it may have arrived.
   *
   * @throws {OutcomeUnknown} when nobody can tell whether it was done
   */
  write<T>(write: Write, read: (answer: Answer) => T): Promise<T>;
  /** From now on a contact is not what was read of it, in no replica. */
  forget(cid: string): Promise<void>;
  /** Counts what could not be decoded, when it is asked for. */
  readonly reporter: Reporter;
};

type ContactResource = Exclude<Resource, 'search'>;

export type ListPage = {
  query: URLSearchParams;
  rows: number;
  /** Of a page behind the first: asked twice it would be another one. */
  consumes?: true;
};

export type BindOptions = AskOptions & {
  reads: Reads;
  organizationId: string;
  /** Begins the key of whatever is shared or kept: see `callerKey`. */
  owner: string;
  /** Whether the client wants nothing that was kept. */
  mustBeFresh: boolean;
  /** Until when the operation waits. */
  waiter: Waiter;
  usage: UpstreamUsage;
};

export function bindUpstream(options: BindOptions): Upstream {
  const { reads, organizationId, owner, mustBeFresh, waiter, usage } = options;
  const ask = createAsk(options);
  const tagOf = (cid: string) => `${organizationId} ${cid}`;
  const reporter: Reporter = {
    undecodable: (field) => usage.undecodable.set(field, (usage.undecodable.get(field) ?? 0) + 1),
  };
  return {
    organizationId,
    reporter,
    read: (resource, cid, toModel) =>
      usage.step(resource, (count) => {
        const target = path[resource](cid);
        return reads.read({
          resource,
          waiter,
          mustBeFresh,
          key: `${owner} ${target}`,
          tag: tagOf(cid),
          fetch: (shared) => ask({ method: 'GET', path: target }, shared, count),
          decode: (bytes, json = parseJson(bytes)) => toModel(createAnswer(envelopeOf(json), reporter)),
        });
      }),
    search: (page, read) =>
      usage.step('search', (count) => {
        const target = path.contacts(organizationId);
        return reads.read({
          resource: 'search',
          waiter,
          mustBeFresh,
          key: `${owner} ${target}?${page.query}`,
          tag: organizationId,
          fetch: (shared) => ask({ method: 'GET', path: target, ...page }, shared, count),
          decode(bytes, given) {
            // The page holds its body, and bytes that were kept may be others soon.
            const [own, json] = given === undefined ? [Buffer.from(bytes), parseJson(bytes)] : [bytes, given];
            return read(createAnswer(envelopeOf(json), reporter), { bytes: own, json });
          },
        });
      }),
    list: (page, read) =>
      usage.step('contacts', async (count) => {
        const body = await ask({ method: 'GET', path: path.contacts(organizationId), ...page }, waiter, count);
        return { value: read(createAnswer(envelopeOf(body.json), reporter), body), origin: 'upstream' };
      }),
    write: (write, read) =>
      usage.step(write.resource, async (count) => {
        const { method, path, query, body, quota } = write;
        const value = await writeOnce(write, async (attempt) => {
          const { json } = await ask({ method, path, query, body, quota, attempt }, waiter, count);
          return read(createAnswer(envelopeOf(json), reporter));
        });
        return { value, origin: 'upstream' };
      }),
    async forget(cid) {
      await Promise.all([reads.forget(tagOf(cid)), reads.forget(organizationId)]);
    },
  };
}

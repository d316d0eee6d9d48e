import { BREAK, type DocumentNode, OperationTypeNode, visit } from 'graphql';
import { AbortSource } from '../async/abort-signal.ts';
import { createTickBatcher } from '../async/tick-batcher.ts';
import { executeRequest } from './execute-request.ts';
import type { FastPathGateway, FastPathRequest } from './fast-path-gateway.ts';
import type { RequestParams } from './request.ts';
import { clientLeft, respond } from './respond.ts';
import { writeResponse } from './response.ts';

/**
 * One execution and the requests that wait for its response. The set is emptied at the end: a Map that is rebuilt leaves
 * its old tables behind, and what these refer to can stay in memory until the old generation is collected.
 */
type SharedOperation = {
  readonly key: string;
  /** The number of revoked tokens at its start. A request that arrives after a revocation has to be authenticated. */
  readonly revocations: number;
  readonly waiting: Set<FastPathRequest>;
  readonly abortSource: AbortSource;
};

/** An operation that is about to be executed, with the request that it is executed as. */
type Start = { readonly operation: SharedOperation; readonly leader: FastPathRequest; readonly params: RequestParams };

/**
 * The maximum number of operations that are started in one tick. Upstream responses that have arrived are processed
 * before more operations start, so fewer operations are pending at once, and the longest waits are shorter.
 */
const startsPerTick = 16;

/** Lets identical requests share one execution and one response body. */
export type Deduplication = {
  /** @returns whether the request waits now for the response of a pending operation */
  join(request: FastPathRequest): boolean;
  /** Executes a request that joined nothing, so that others can join it where its document permits. */
  respond(request: FastPathRequest, params: RequestParams): Promise<void>;
  /** Lets no further request join what is pending now, because a mutation may have been executed. */
  end(): void;
};

/**
 * Creates the deduplication of identical pending operations: the same `Authorization` and `X-Organization`
 * headers and the same bytes of the body. That is narrower than the same caller, and is known before the token is verified; a refusal is shared, too.
 * Nothing is kept after the response, and no request joins an operation that began before a mutation ended.
 *
 * Only documents of the document cache are shared, because their operations are known: the first request of a document is
 * executed alone. A shared operation starts when all requests that arrived with it have been read: with its data cached,
 * its response would be ready before the next request is read.
 */
export function createDeduplication(gateway: FastPathGateway): Deduplication {
  /** The operations that can be joined. */
  const pending = new Map<string, SharedOperation>();
  const startSoon = createTickBatcher(startsPerTick, start);

  function remove(operation: SharedOperation): void {
    if (pending.get(operation.key) === operation) pending.delete(operation.key);
  }

  function addRequest(operation: SharedOperation, request: FastPathRequest): void {
    const { waiting, abortSource } = operation;
    waiting.add(request);
    request.response.once('close', () => {
      if (!waiting.delete(request) || waiting.size > 0) return;
      remove(operation); // first, so that no request of the same tick joins an aborted operation
      abortSource.abort(clientLeft);
    });
  }

  async function execute({ operation, leader, params }: Start): Promise<void> {
    const response = await executeRequest(gateway, { ...leader, params, signal: operation.abortSource.signal });
    remove(operation);
    for (const request of operation.waiting) {
      writeResponse(gateway, request, response);
      if (request !== leader) gateway.logShared(request.context, leader.context);
    }
    operation.waiting.clear();
  }

  function start(start: Start): void {
    execute(start).catch((error) => {
      remove(start.operation);
      for (const { response } of start.operation.waiting) gateway.fail(response, error);
    });
  }

  return {
    end: () => pending.clear(),
    join(request) {
      const operation = pending.get(keyOf(request));
      if (operation?.revocations !== gateway.revocations()) return false;
      addRequest(operation, request);
      return true;
    },
    async respond(request, params) {
      const document = gateway.documents.find(params.query);
      if (document !== undefined && isShareable(document)) {
        const operation = {
          ...{ key: keyOf(request), revocations: gateway.revocations() },
          ...{ waiting: new Set<FastPathRequest>(), abortSource: new AbortSource() },
        };
        addRequest(operation, request);
        pending.set(operation.key, operation);
        startSoon({ operation, leader: request, params });
        return;
      }
      await respond(gateway, request, params);
      if (request.context.operation?.operation === OperationTypeNode.MUTATION) pending.clear();
    },
  };
}

/** Equal for requests whose responses are the same; it is built without parsing the body. */
function keyOf({ message, accepted, body }: FastPathRequest): string {
  const {
    authorization = '',
    'cache-control': cacheControl = '',
    'x-organization': organization = '',
  } = message.headers;
  return `${authorization}\n${organization}\n${cacheControl}\n${accepted.mediaType} ${accepted.parts}\n${body.toString('latin1')}`;
}

/** The field that reads a list page by page: the next page of a scroll belongs to one reader. */
const listField = 'contacts';

/** Whether the operations of documents can be shared; documents are the keys. */
const shareable = new WeakMap<DocumentNode, boolean>();

/** A document can be shared when it has only queries, and none of them reads a list. */
function isShareable(document: DocumentNode): boolean {
  let isShared = shareable.get(document);
  if (isShared === undefined) {
    isShared = true;
    const refuse = () => {
      isShared = false;
      return BREAK;
    };
    visit(document, {
      OperationDefinition: ({ operation }) => (operation === OperationTypeNode.QUERY ? undefined : refuse()),
      Field: ({ name }) => (name.value === listField ? refuse() : undefined),
    });
    shareable.set(document, isShared);
  }
  return isShared;
}

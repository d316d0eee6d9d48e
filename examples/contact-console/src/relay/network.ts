import { meros } from 'meros/browser';
import {
  type CacheConfig,
  type GraphQLResponse,
  Observable,
  type RequestParameters,
  type Variables,
} from 'relay-runtime';
import { GatewayError } from './gateway-error';
import { type Part, toRelayResponses } from './incremental';

/**
 * Sends an operation to the gateway. Responses with `@defer` come in parts; any other one is a single JSON object.
 *
 * `cacheConfig.metadata.idempotencyKey` makes a creation safe to send again.
 */
export function execute(
  request: RequestParameters,
  variables: Variables,
  cacheConfig: CacheConfig,
): Observable<GraphQLResponse> {
  return Observable.create((sink) => {
    const abort = new AbortController();
    const emit = (part: Part) => {
      throwFailure(part, request, variables);
      for (const response of toRelayResponses(part)) sink.next(response);
    };
    send(request, variables, cacheConfig, abort.signal, emit).then(
      () => sink.complete(),
      (error: Error) => {
        if (!abort.signal.aborted) sink.error(error);
      },
    );
    return () => abort.abort();
  });
}

async function send(
  { text: query, name: operationName }: RequestParameters,
  variables: Variables,
  { metadata }: CacheConfig,
  signal: AbortSignal,
  emit: (part: Part) => void,
): Promise<void> {
  const idempotencyKey = metadata?.['idempotencyKey'];
  const response = await fetch('/graphql', {
    method: 'POST',
    signal,
    headers: {
      'content-type': 'application/json',
      accept: 'multipart/mixed; deferSpec=20220824, application/json',
      ...(typeof idempotencyKey === 'string' && { 'idempotency-key': idempotencyKey }),
    },
    body: JSON.stringify({ query, operationName, variables }),
  }).catch(() => {
    throw unreachable();
  });
  const parts = await meros<Part>(response);
  if (parts instanceof Response) return emit(await readJson(parts));
  for await (const part of parts) {
    if (!part.json) throw unreachable();
    emit(part.body);
  }
}

/** A proxy between the app and the gateway answers with a page of its own when it cannot reach the gateway. */
async function readJson(response: Response): Promise<Part> {
  try {
    return await response.json();
  } catch {
    throw unreachable();
  }
}

function unreachable(): GatewayError {
  return new GatewayError({ message: 'No answer', extensions: { code: 'NETWORK', retryable: true } });
}

/**
 * Throws for a response without data, a mutation that was not done, and a further page that is missing: Relay would replace
 * the rows that it has with the null of a failed page. Other errors belong to their fields.
 */
function throwFailure(
  { data, incremental, errors = [] }: Part,
  { operationKind }: RequestParameters,
  variables: Variables,
): void {
  const isFurtherPage = typeof variables['cursor'] === 'string';
  const failure = errors.find(
    ({ path = [] }) =>
      (data == null && incremental === undefined) ||
      (operationKind === 'mutation' && path.length === 1) ||
      (isFurtherPage && path.every((key) => typeof key === 'string')),
  );
  if (failure !== undefined) throw new GatewayError(failure);
}
